package dev.dbsync.engine.dashboard;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.fusebox.Fusebox;
import dev.dbsync.engine.fusebox.FuseboxChange;
import dev.dbsync.engine.fusebox.FuseboxResource;
import dev.dbsync.engine.status.Pipeline;
import dev.dbsync.engine.status.PipelineView;
import dev.dbsync.engine.status.StatusReader;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The stages a change passes through, and their switches. */
@Path("/dashboard/pipeline")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class PipelinePage {

    private final Pipeline pipeline;
    private final StatusReader status;
    private final FuseboxResource fusebox;
    private final Pages pages;

    PipelinePage(Pipeline pipeline, StatusReader status, FuseboxResource fusebox, Pages pages) {
        this.pipeline = pipeline;
        this.status = status;
        this.fusebox = fusebox;
        this.pages = pages;
    }

    @GET
    public TemplateInstance page() {
        return Templates.pipeline(pages.frame("Pipeline", "pipeline"), view());
    }

    @GET
    @Path("/live")
    public TemplateInstance live() {
        return Templates.pipeline$live(view(), null);
    }

    /** For the charts. */
    @GET
    @Path("/history")
    @Produces(MediaType.APPLICATION_JSON)
    public PipelineView history() {
        return pipeline.view();
    }

    @POST
    @Path("/fusebox")
    public TemplateInstance change(@FormParam("stage") String stage, @FormParam("enabled") boolean enabled) {
        Fusebox now = fusebox.read();
        fusebox.change(
                switch (stage == null ? "" : stage) {
                    case "sequencer" -> new FuseboxChange(enabled, now.pollerEnabled(), null);
                    case "poller" -> new FuseboxChange(now.sequencerEnabled(), enabled, null);
                    case "sync-engine" -> new FuseboxChange(now.sequencerEnabled(), now.pollerEnabled(), enabled);
                    default -> throw ApiException.badRequest("INVALID_FIELD", "There is no such switch");
                });
        return Templates.pipeline$live(
                view(), Notice.done("The %s is switched %s.".formatted(Show.words(stage), enabled ? "on" : "off")));
    }

    private Stages view() {
        return new Stages(pipeline.view(), status.global(), fusebox.read(), pages.mayChange());
    }
}
