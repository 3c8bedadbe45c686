package dev.dbsync.common.trace;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where traces go. {@code application.properties} hands these on to Quarkus. */
@ConfigMapping(prefix = "dbsync.traces")
public interface TracesConfig {

    /** Whether spans are made and sent. */
    @WithDefault("false")
    boolean enabled();

    /** The collector, which is sent OTLP over HTTP; {@code /v1/traces} is appended. */
    @WithDefault("http://localhost:4318")
    String endpoint();

    /** Which part of all passes begins a trace, from 0 to 1. */
    @WithDefault("1.0")
    double ratio();
}
