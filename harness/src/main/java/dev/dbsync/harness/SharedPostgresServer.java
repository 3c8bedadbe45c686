package dev.dbsync.harness;

import java.util.Map;

/** Chooses the server of this JVM, once. */
final class SharedPostgresServer {

    private static PostgresServer server;

    private SharedPostgresServer() {}

    static synchronized PostgresServer get() {
        if (server == null) {
            server = choose();
            // Quarkus loads test classes with several class loaders: their copies of this class find the same server.
            System.setProperty(PostgresServer.URL_PROPERTY, server.address().connectionString());
        }
        return server;
    }

    private static PostgresServer choose() {
        String url = System.getProperty(PostgresServer.URL_PROPERTY, System.getenv(PostgresServer.URL_VARIABLE));
        if (url != null && !url.isBlank()) {
            return new ExternalPostgresServer(PostgresAddress.parse(url));
        }
        if (DockerEngine.answers()) {
            return ContainerPostgresServer.start();
        }
        return PostgresServer.startEmbedded(0, null, Map.of());
    }
}
