package dev.dbsync.engine.receive;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.common.fault.ApiException;
import dev.dbsync.common.signature.UpstashSignature;
import dev.dbsync.common.signature.Verification;
import dev.dbsync.common.trace.Traces;
import dev.dbsync.engine.destination.Admission;
import dev.dbsync.engine.heartbeat.Heartbeats;
import dev.dbsync.engine.internaldb.InternalDbException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Takes signed deliveries: "this tenancy has news". */
@Path(SyncEngineResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public class SyncEngineResource {

    static final String PATH = "/api/latest/internal/external-db-sync/sync-engine";

    private static final Logger LOG = Logger.getLogger(SyncEngineResource.class);
    private static final Duration WHILE_SWITCHED_OFF = Duration.ofSeconds(5);
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(2);

    private final SigningConfig keys;
    private final PublicUrls urls;
    private final Clock clock;
    private final ObjectMapper json;
    private final TenancySync tenancySync;
    private final Heartbeats heartbeats;
    private final Traces traces;

    SyncEngineResource(
            SigningConfig keys,
            PublicUrls urls,
            Clock clock,
            ObjectMapper json,
            TenancySync tenancySync,
            Heartbeats heartbeats,
            Traces traces) {
        this.keys = keys;
        this.urls = urls;
        this.clock = clock;
        this.json = json;
        this.tenancySync = tenancySync;
        this.heartbeats = heartbeats;
        this.traces = traces;
    }

    @POST
    @Blocking
    public SyncAnswer receive(
            @HeaderParam(UpstashSignature.HEADER) List<String> signatures,
            @HeaderParam(Traces.TRACEPARENT) String traceparent,
            byte[] body)
            throws Exception {
        byte[] raw = body == null ? new byte[0] : body;
        verify(signatures, raw);
        UUID tenancy = tenancyOf(raw);
        if (heartbeats.isOne(tenancy)) {
            if (!heartbeats.arrived()) {
                throw switchedOff();
            }
            return SyncAnswer.ofHeartbeat();
        }
        Span span = traces.follow("sync", SpanKind.SERVER, Traces.parsed(traceparent))
                .setAttribute("dbsync.tenancy", tenancy.toString());
        return Traces.within(span, () -> answer(tenancy));
    }

    private SyncAnswer answer(UUID tenancy) {
        Admission admission = tenancySync.admission(tenancy);
        if (admission instanceof Admission.SwitchedOff) {
            throw switchedOff();
        }
        return admission instanceof Admission.Admitted admitted
                ? SyncAnswer.of(sync(admitted))
                : SyncAnswer.ofUnknownTenancy();
    }

    private static ApiException switchedOff() {
        return ApiException.unavailable(
                "SYNC_ENGINE_DISABLED", "The sync engine is switched off in the fusebox", WHILE_SWITCHED_OFF);
    }

    private void verify(List<String> signatures, byte[] body) {
        String signature = signatures.isEmpty() ? null : signatures.get(0);
        // Whatever stands in between may have looked at another one than we.
        var verification = signatures.size() > 1
                ? new Verification.Refused(Verification.Reason.AMBIGUOUS)
                : UpstashSignature.verify(
                        signature, body, urls.accepted(), keys.currentKey(), keys.nextKey(), clock.instant());
        if (verification instanceof Verification.Refused refused) {
            throw new ApiException(
                    401, "INVALID_SIGNATURE", "Refused: " + refused.reason().sentence());
        }
    }

    private UUID tenancyOf(byte[] body) throws IOException {
        SyncRequest request = json.readValue(body, SyncRequest.class);
        if (request == null || request.tenancyId() == null) {
            throw ApiException.badRequest(
                    "INVALID_TENANCY_ID", "The body must be an object with the field 'tenancyId', a uuid");
        }
        return request.tenancyId();
    }

    private SyncSummary sync(Admission.Admitted admitted) {
        try {
            return tenancySync.sync(admitted);
        } catch (ApiException | InternalDbException told) {
            throw told;
        } catch (RuntimeException e) {
            LOG.errorf(e, "A tenancy could not be synced; the sender tries again tenancy=%s", admitted.tenancyId());
            throw ApiException.unavailable(
                    "SYNC_FAILED", "The tenancy could not be synced this time; try again", AFTER_A_FAILURE);
        }
    }
}
