package dev.dbsync.engine.verify;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Map;

/** What verifications did, for all databases together; from the start on, since an absent counter looks like none. */
@Startup
@ApplicationScoped
class VerifyMetrics {

    private final Counter rows;
    private final Counter differences;
    private final Counter repaired;
    private final Counter failed;
    private final Map<MappingProgress.Result, Counter> results = new EnumMap<>(MappingProgress.Result.class);

    VerifyMetrics(MeterRegistry registry) {
        this.rows = counter(registry, "dbsync.verify.rows", "Rows compared with their source");
        this.differences =
                counter(registry, "dbsync.verify.differences", "Rows that were found to differ from their source");
        this.repaired = counter(registry, "dbsync.verify.repaired", "Rows written anew because they differed");
        this.failed = counter(registry, "dbsync.verify.failures", "Verifications that came to no end");
        for (var result : MappingProgress.Result.values()) {
            results.put(
                    result,
                    Counter.builder("dbsync.verify.mappings")
                            .description("Mappings verified, by what they came to")
                            .tag("outcome", result.text())
                            .register(registry));
        }
    }

    void compared(long count) {
        rows.increment(count);
    }

    void differences(long count) {
        differences.increment(count);
    }

    void repaired(long count) {
        repaired.increment(count);
    }

    void finished(MappingProgress.Result result) {
        results.get(result).increment();
    }

    void failed() {
        failed.increment();
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
