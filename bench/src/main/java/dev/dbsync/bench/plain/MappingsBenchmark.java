package dev.dbsync.bench.plain;

import dev.dbsync.common.mapping.MappingCatalog;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;

/** Reading the built-in mapping files, which every service does once, at its start. */
public class MappingsBenchmark {

    @Benchmark
    public MappingCatalog load() {
        return MappingCatalog.load(Optional.empty());
    }
}
