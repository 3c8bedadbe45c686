package dev.dbsync.engine.internaldb;

import dev.dbsync.common.sql.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the internal database answers and the sequencer has migrated it. Until then the engine runs and waits. */
@Readiness
@ApplicationScoped
public class InternalDbReadiness implements HealthCheck {

    private static final Sql MIGRATED = Sql.resource(InternalDbReadiness.class, "is_migrated.sql");

    private final InternalDb internalDb;

    InternalDbReadiness(InternalDb internalDb) {
        this.internalDb = internalDb;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("internal database");
        try {
            boolean migrated = internalDb
                    .queryOne(MIGRATED, Map.of(), row -> row.getBoolean("migrated"))
                    .orElse(false);
            return migrated
                    ? response.up().build()
                    : response.down()
                            .withData("waiting", "for the sequencer to migrate it")
                            .build();
        } catch (InternalDbException e) {
            return response.down()
                    .withData("waiting", "for it to answer")
                    .withData("sqlState", e.sqlState())
                    .build();
        }
    }
}
