package dev.dbsync.scenarios.convergence;

import dev.dbsync.harness.EmbeddedPostgresServer;
import dev.dbsync.harness.FaultProxy;
import dev.dbsync.harness.PostgresServer;
import java.util.Map;

/**
 * Two PostgreSQL servers that may be killed, each behind a proxy. Without fsync, because only processes die here and not the
 * machine; what is committed is handed to the operating system first.
 */
final class Servers implements AutoCloseable {

    private static final Map<String, String> CONFIG = Map.of(
            "fsync", "off",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "max_wal_size", "256MB",
            "deadlock_timeout", "200ms");

    private final EmbeddedPostgresServer internal = PostgresServer.startEmbedded(0, null, CONFIG);
    private final EmbeddedPostgresServer targets = PostgresServer.startEmbedded(0, null, CONFIG);
    private final FaultProxy toInternal = FaultProxy.to("localhost", internal.port());
    private final FaultProxy toTargets = FaultProxy.to("localhost", targets.port());

    EmbeddedPostgresServer internal() {
        return internal;
    }

    EmbeddedPostgresServer targets() {
        return targets;
    }

    FaultProxy toInternal() {
        return toInternal;
    }

    FaultProxy toTargets() {
        return toTargets;
    }

    /** Both run and everything gets through to them. */
    void healAll() {
        toInternal.heal();
        toTargets.heal();
        revive(internal);
        revive(targets);
    }

    private static void revive(EmbeddedPostgresServer server) {
        try {
            server.execute("SELECT 1");
        } catch (IllegalStateException e) {
            server.restart();
        }
    }

    @Override
    public void close() {
        toInternal.close();
        toTargets.close();
        internal.stop();
        targets.stop();
    }
}
