package dev.dbsync.engine.internaldb;

import dev.dbsync.common.internaldb.InternalSchema;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once the internal database answers and has been migrated as far as this release needs. Until then the engine runs and
 * waits.
 */
@Readiness
@ApplicationScoped
public class InternalDbReadiness implements HealthCheck {

    /** The schema or Flyway's history in it is not there. */
    private static final Set<String> ABSENT = Set.of("3F000", "42P01");

    private final InternalDb internalDb;

    InternalDbReadiness(InternalDb internalDb) {
        this.internalDb = internalDb;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("internal database");
        try {
            internalDb.query(InternalSchema.VERSION_THERE, Map.of(), row -> row.getInt("version"));
            return response.up().build();
        } catch (InternalDbException e) {
            return response.down()
                    .withData("waiting", reason(e))
                    .withData("sqlState", e.sqlState())
                    .build();
        }
    }

    private static String reason(InternalDbException e) {
        if (e.sqlState().equals(InternalDbException.SCHEMA_TOO_OLD)) {
            return e.getCause().getMessage();
        }
        return ABSENT.contains(e.sqlState()) ? "for the sequencer to migrate it" : "for it to answer";
    }
}
