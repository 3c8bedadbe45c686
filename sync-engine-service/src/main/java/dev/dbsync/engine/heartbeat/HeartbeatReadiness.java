package dev.dbsync.engine.heartbeat;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.internaldb.InternalDbException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Tells of heartbeats that do not arrive, and is ready all the same: whichever stage keeps them, an engine that nobody may call any more makes
 * nothing better, and could never find out that it works again. The alert is the pollers' metric.
 */
@Readiness
@ApplicationScoped
class HeartbeatReadiness implements HealthCheck {

    private static final Sql LOOK = Sql.resource(HeartbeatReadiness.class, "look.sql");

    private final InternalDb internal;

    HeartbeatReadiness(InternalDb internal) {
        this.internal = internal;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("heartbeat").up();
        try {
            internal.alone(session -> session.queryOne(LOOK, Map.of(), row -> {
                Double arrived = row.getObject("arrived_seconds", Double.class);
                if (arrived != null) {
                    response.withData("lastArrivedSecondsAgo", arrived.longValue());
                }
                return response.withData("missingForSeconds", (long) row.getDouble("missing_seconds"));
            }));
        } catch (InternalDbException e) {
            // Not migrated yet, or not there at all: the check of the internal database has said so.
            response.withData("unknown", "the internal database does not say");
        }
        return response.build();
    }
}
