package dev.dbsync.engine.fusebox;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.audit.AuditNotes;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.logging.Logger;

/** Switches services off and on without a restart. */
@Path("/api/latest/internal/external-db-sync/fusebox")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Blocking
public class FuseboxResource {

    private static final Logger LOG = Logger.getLogger(FuseboxResource.class);

    private final FuseboxStore store;
    private final AuditNotes notes;

    FuseboxResource(FuseboxStore store, AuditNotes notes) {
        this.store = store;
        this.notes = notes;
    }

    @GET
    public Fusebox read() {
        return store.read();
    }

    @POST
    public Fusebox change(FuseboxChange change) {
        if (change == null) {
            throw ApiException.badRequest("MALFORMED_JSON", "The body is empty; send the switches as a JSON object");
        }
        notes.note("sequencer_enabled", change.sequencerEnabled());
        notes.note("poller_enabled", change.pollerEnabled());
        notes.note("sync_engine_enabled", change.syncEngineEnabled());
        Fusebox now = store.change(change.complete());
        LOG.infof(
                "The fusebox was set sequencer=%s poller=%s syncEngine=%s",
                now.sequencerEnabled(), now.pollerEnabled(), now.syncEngineEnabled());
        return now;
    }
}
