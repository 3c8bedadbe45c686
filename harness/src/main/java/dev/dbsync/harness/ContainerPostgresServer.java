package dev.dbsync.harness;

import org.testcontainers.postgresql.PostgreSQLContainer;

/** A server in a container, which Testcontainers removes after the JVM has ended, however it ended. */
final class ContainerPostgresServer extends PostgresServer {

    private static final String IMAGE = "postgres:18-alpine";

    private final PostgreSQLContainer container;

    private ContainerPostgresServer(PostgreSQLContainer container) {
        super(new PostgresAddress(
                container.getHost(),
                container.getFirstMappedPort(),
                container.getDatabaseName(),
                container.getUsername(),
                container.getPassword()));
        this.container = container;
    }

    static ContainerPostgresServer start() {
        var container = new PostgreSQLContainer(IMAGE)
                .withDatabaseName("postgres")
                .withUsername("postgres")
                .withPassword("postgres")
                .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=300");
        container.start();
        return new ContainerPostgresServer(container);
    }

    @Override
    public void stop() {
        container.stop();
    }
}
