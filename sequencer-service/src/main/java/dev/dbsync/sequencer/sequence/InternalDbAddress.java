package dev.dbsync.sequencer.sequence;

import dev.dbsync.common.internaldb.InternalDbTls;
import io.vertx.pgclient.PgConnectOptions;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Turns the internal database's settings into options of the reactive client, with the meaning libpq gives them. */
final class InternalDbAddress {

    private static final int DEFAULT_PORT = 5432;
    private static final int CONNECT_TIMEOUT_MILLIS = 5000;

    private InternalDbAddress() {}

    /**
     * A connection whose statements are transactions of their own.
     *
     * @param statementTimeout longest a statement, a wait for a lock and a pause within a transaction may last
     * @param silence after so long without a byte on the wire the connection counts as dead; zero for never
     */
    static PgConnectOptions options(InternalDbConfig config, Duration statementTimeout, Duration silence) {
        var uri = URI.create(config.url());
        var options = new PgConnectOptions();
        options.setHost(uri.getHost());
        options.setPort(uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
        options.setDatabase(uri.getPath().substring(1));
        options.setUser(config.username());
        options.setPassword(config.password().orElse(""));
        options.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
        options.setIdleTimeout((int) silence.toSeconds());
        options.setIdleTimeoutUnit(TimeUnit.SECONDS);
        options.setTcpKeepAlive(true);
        options.setCachePreparedStatements(true);
        options.addProperty("application_name", "dbsync-sequencer");
        String timeout = Long.toString(statementTimeout.toMillis());
        options.addProperty("statement_timeout", timeout);
        options.addProperty("lock_timeout", timeout);
        options.addProperty("idle_in_transaction_session_timeout", timeout);
        // Whatever the role's default: a pass relies on a new snapshot after it got its lock.
        options.addProperty("default_transaction_isolation", "read committed");
        InternalDbTls.apply(options, config.url());
        return options;
    }
}
