package dev.dbsync.engine.target;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/** Publishes how many connections to targets this replica holds. */
@Startup
@ApplicationScoped
class ConnectionGauges {

    ConnectionGauges(TargetConnections connections, MeterRegistry registry) {
        register(registry, "used", connections::borrowed);
        register(registry, "warm", connections::size);
    }

    private static void register(MeterRegistry registry, String state, Supplier<Number> count) {
        Gauge.builder("dbsync.target.connections", count)
                .description("Connections to targets: used by a run or a verification, or kept warm after one")
                .tag("state", state)
                .register(registry);
    }
}
