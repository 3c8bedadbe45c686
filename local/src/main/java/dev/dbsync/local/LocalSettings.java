package dev.dbsync.local;

import dev.dbsync.harness.Ports;
import dev.dbsync.harness.Service;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which ports and folders a run uses.
 *
 * @param portPrefix the first digits of every port
 * @param folder     the checkout's {@code .local}
 */
record LocalSettings(String portPrefix, Path folder) {

    private static final String DEFAULT_PREFIX = "81";
    private static final int POSTGRES_SUFFIX = 28;

    /** @throws IllegalArgumentException if the prefix cannot begin a port */
    LocalSettings {
        if (!portPrefix.matches("[1-9][0-9]{1,2}") || Integer.parseInt(portPrefix) > 654) {
            throw new IllegalArgumentException("PORT_PREFIX is '" + portPrefix
                    + "', expected two or three digits such as 81: the ports are these and two more digits");
        }
    }

    /** @param portPrefix null or empty for the default */
    static LocalSettings of(String portPrefix, Path root) {
        boolean unset = portPrefix == null || portPrefix.isEmpty();
        return new LocalSettings(unset ? DEFAULT_PREFIX : portPrefix, root.resolve(".local"));
    }

    int postgresPort() {
        return port(POSTGRES_SUFFIX);
    }

    int port(Service service) {
        return port(service.portSuffix());
    }

    /** The first of the services' ports that somebody listens on. */
    Optional<Integer> busyServicePort() {
        return Stream.of(Service.values())
                .map(this::port)
                .filter(port -> !Ports.isFree(port))
                .findFirst();
    }

    /** Shared by all runs of a checkout. */
    Path secretsFile() {
        return folder.resolve("secrets.properties");
    }

    Path dataDirectory() {
        return folder.resolve(portPrefix).resolve("postgresql");
    }

    Path logDirectory() {
        return folder.resolve(portPrefix).resolve("logs");
    }

    private int port(int suffix) {
        return Integer.parseInt(portPrefix) * 100 + suffix;
    }
}
