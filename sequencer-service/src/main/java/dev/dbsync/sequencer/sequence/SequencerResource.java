package dev.dbsync.sequencer.sequence;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dbsync.common.auth.BearerToken;
import dev.dbsync.common.fault.ApiException;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Sequencing on demand, for installations where a cron job drives it. */
@Path("/api/latest/internal/external-db-sync/sequencer")
public class SequencerResource {

    private static final long DEFAULT_MILLIS = 55_000;
    private static final long LONGEST_MILLIS = 600_000;

    private final SequencerLoop loop;
    private final SequencerConfig config;
    private final Clock clock;
    private final BearerToken cronSecret;

    SequencerResource(
            SequencerLoop loop,
            SequencerConfig config,
            Clock clock,
            @ConfigProperty(name = "dbsync.cron-secret") String cronSecret) {
        this.loop = loop;
        this.config = config;
        this.clock = clock;
        this.cronSecret = new BearerToken(cronSecret);
    }

    /** @param iterations passes that were run */
    record Answer(
            @JsonProperty("ok") boolean ok,
            @JsonProperty("iterations") int iterations) {}

    /** Passes until the time is over or there is nothing left, at least one. */
    @GET
    @Blocking
    public Answer run(
            @HeaderParam("Authorization") String authorization, @QueryParam("maxDurationMs") String maxDurationMs) {
        cronSecret.require(authorization);
        Instant end = clock.instant().plusMillis(millis(maxDurationMs));
        if (!loop.started()) {
            throw ApiException.unavailable(
                    "STARTING", "The sequencer is still waiting for its schema; ask again", Duration.ofSeconds(1));
        }
        try {
            int iterations = 0;
            boolean more;
            do {
                more = iterate();
                iterations++;
            } while (more && clock.instant().isBefore(end));
            return new Answer(true, iterations);
        } catch (ApiException e) {
            throw e;
        } catch (RuntimeException e) {
            throw ApiException.unavailable(
                    "INTERNAL_DATABASE_UNAVAILABLE",
                    "The internal database refused a pass or cannot be reached; the sequencer goes on trying",
                    Duration.ofSeconds(1));
        }
    }

    /** @return whether there is something left */
    private boolean iterate() {
        Tick tick = loop.runOnce();
        if (tick.pass().outcome() != Pass.Outcome.STANDBY) {
            return tick.more() || tick.pass().outcome() == Pass.Outcome.SEQUENCED;
        }
        boolean waits = loop.workIsPending();
        if (waits) {
            LockSupport.parkNanos(config.interval().toNanos());
        }
        return waits;
    }

    private static long millis(String text) {
        if (text == null) {
            return DEFAULT_MILLIS;
        }
        try {
            long millis = Long.parseLong(text);
            if (millis >= 0 && millis <= LONGEST_MILLIS) {
                return millis;
            }
        } catch (NumberFormatException notANumber) {
            // Answered like a number that is out of range.
        }
        throw ApiException.badRequest(
                "INVALID_MAX_DURATION", "maxDurationMs must be a whole number from 0 to " + LONGEST_MILLIS);
    }
}
