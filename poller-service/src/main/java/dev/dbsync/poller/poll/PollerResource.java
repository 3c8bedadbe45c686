package dev.dbsync.poller.poll;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dbsync.common.auth.BearerToken;
import dev.dbsync.common.fault.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Lets a cron job have everything delivered that there is. */
@Path("/api/latest/internal/external-db-sync/poller")
@Produces(MediaType.APPLICATION_JSON)
public class PollerResource {

    private static final int LONGEST_MILLIS = 600_000;
    private static final Duration BY_DEFAULT = Duration.ofMinutes(2);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

    private final PollerLoop loop;
    private final BearerToken secret;

    PollerResource(PollerLoop loop, @ConfigProperty(name = "dbsync.cron-secret") String cronSecret) {
        this.loop = loop;
        this.secret = new BearerToken(cronSecret);
    }

    /**
     * What a call did.
     *
     * @param ok always true
     * @param requestsProcessed requests this replica has delivered during the call
     */
    public record Drained(
            boolean ok, @JsonProperty("requests_processed") long requestsProcessed) {}

    /** {@code maxDurationMs} is read from the URI, because an empty one counts as missing as a parameter. */
    @GET
    public Uni<Drained> poll(@HeaderParam("Authorization") String authorization, @Context UriInfo uri) {
        secret.require(authorization);
        return loop.drain(duration(uri.getQueryParameters().getFirst("maxDurationMs")))
                .map(delivered -> new Drained(true, delivered))
                .onFailure()
                .transform(failure -> ApiException.unavailable(
                        "INTERNAL_DATABASE_UNAVAILABLE",
                        "The internal database does not answer or has no schema yet; try again later",
                        RETRY_AFTER));
    }

    private static Duration duration(String maxDurationMs) {
        if (maxDurationMs == null) {
            return BY_DEFAULT;
        }
        if (NUMBER.matcher(maxDurationMs).matches()) {
            int millis = Integer.parseInt(maxDurationMs);
            if (millis >= 1 && millis <= LONGEST_MILLIS) {
                return Duration.ofMillis(millis);
            }
        }
        throw ApiException.badRequest(
                "INVALID_MAX_DURATION",
                "maxDurationMs must be a whole number of milliseconds from 1 to " + LONGEST_MILLIS);
    }
}
