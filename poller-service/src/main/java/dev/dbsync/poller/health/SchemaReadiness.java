package dev.dbsync.poller.health;

import dev.dbsync.common.internaldb.InternalSchema;
import dev.dbsync.poller.SchemaGate;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once the internal database answers and has been migrated as far as this release needs. Until then the service waits, it
 * does not die.
 */
@Readiness
@ApplicationScoped
class SchemaReadiness implements AsyncHealthCheck {

    private static final String NAME = "internal database";
    private static final String NOT_MIGRATED = "the sequencer has not migrated the internal database yet";

    /** The schema or Flyway's history in it is not there. */
    private static final Set<String> ABSENT = Set.of("3F000", "42P01");

    private final SchemaGate gate;

    SchemaReadiness(SchemaGate gate) {
        this.gate = gate;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return gate.version()
                .map(SchemaReadiness::judge)
                .onFailure()
                .recoverWithItem(
                        failure -> down(isAbsent(failure) ? NOT_MIGRATED : "the internal database does not answer"));
    }

    private static HealthCheckResponse judge(int version) {
        if (InternalSchema.isEnough(version)) {
            return HealthCheckResponse.up(NAME);
        }
        return down(version == 0 ? NOT_MIGRATED : InternalSchema.tooOld(version));
    }

    private static boolean isAbsent(Throwable failure) {
        return failure instanceof PgException refused && ABSENT.contains(refused.getSqlState());
    }

    private static HealthCheckResponse down(String reason) {
        return HealthCheckResponse.named(NAME).down().withData("reason", reason).build();
    }
}
