package dev.dbsync.harness;

/** A server that somebody else runs: it is used, never stopped. */
final class ExternalPostgresServer extends PostgresServer {

    ExternalPostgresServer(PostgresAddress address) {
        super(address);
    }

    @Override
    public void stop() {
        // Not ours to stop.
    }
}
