package dev.dbsync.poller;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Configuration of a feature with some keys set and defaults for the others. */
public final class Configs {

    private Configs() {}

    public static <T> T of(Class<T> mapping, Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(mapping)
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build()
                .getConfigMapping(mapping);
    }
}
