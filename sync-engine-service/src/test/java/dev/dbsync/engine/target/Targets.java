package dev.dbsync.engine.target;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** The package's classes as a test needs them. */
public final class Targets {

    private Targets() {}

    /** The defaults, but for these {@code dbsync.targets.…} values. */
    public static TargetsConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .withMapping(TargetsConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withDefaultValues(values)
                .build()
                .getConfigMapping(TargetsConfig.class);
    }

    /** Connects to anything, for databases on this machine. */
    public static TargetConnector openConnector() {
        TargetsConfig config = config(Map.of("dbsync.targets.allow-private-networks", "true"));
        return new TargetConnector(config, new AddressGuard(config));
    }

    static TargetConnector connector(Map<String, String> values, AddressGuard.Resolver resolver, SSLContext verifying) {
        TargetsConfig config = config(values);
        var guard = new AddressGuard(config.allowPrivateNetworks(), Duration.ofSeconds(2), resolver);
        return new TargetConnector(config, guard, verifying);
    }

    static AddressGuard strictGuard(String... addresses) {
        return new AddressGuard(false, Duration.ofSeconds(2), host -> {
            var found = new InetAddress[addresses.length];
            for (int i = 0; i < addresses.length; i++) {
                found[i] = InetAddress.getByName(addresses[i]);
            }
            return found;
        });
    }
}
