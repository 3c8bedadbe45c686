package dev.dbsync.poller.health;

import dev.dbsync.common.sql.Sql;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the internal database answers and the sequencer has migrated it. Until then the service waits, it does not die. */
@Readiness
@ApplicationScoped
class SchemaReadiness implements AsyncHealthCheck {

    private static final String NAME = "internal database";
    private static final Duration TIME_OUT = Duration.ofSeconds(2);
    private static final Sql PRESENT = Sql.resource(SchemaReadiness.class, "schema_present.sql");

    private final Pool pool;

    SchemaReadiness(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return pool.query(PRESENT.positional())
                .execute()
                .ifNoItem()
                .after(TIME_OUT)
                .fail()
                .map(rows -> rows.iterator().next().getBoolean("present"))
                .map(present -> present
                        ? HealthCheckResponse.up(NAME)
                        : down("the sequencer has not migrated the internal database yet"))
                .onFailure()
                .recoverWithItem(failure -> down("the internal database does not answer"));
    }

    private static HealthCheckResponse down(String reason) {
        return HealthCheckResponse.named(NAME).down().withData("reason", reason).build();
    }
}
