package dev.dbsync.poller;

import dev.dbsync.common.internaldb.InternalDbTls;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Gives {@code sslmode} and {@code sslrootcert} of the internal database's URL the meaning libpq gives them, and keeps a
 * server that is away from holding a connection attempt for long.
 */
@Singleton
class InternalDatabasePool implements PgPoolCreator {

    private static final int CONNECT_TIME_OUT_MILLIS = 5000;

    /** In characters. The client would not keep the claim, which is sent most often. */
    private static final int LONGEST_KEPT_STATEMENT = 32_000;

    private final String url;

    InternalDatabasePool(@ConfigProperty(name = "dbsync.internal-db.url") String url) {
        this.url = url;
    }

    @Override
    public Pool create(Input input) {
        return Pool.pool(input.vertx(), adjusted(input.pgConnectOptionsList().get(0), url), input.poolOptions());
    }

    private static PgConnectOptions adjusted(PgConnectOptions given, String url) {
        var options = new PgConnectOptions(given);
        options.setConnectTimeout(CONNECT_TIME_OUT_MILLIS);
        options.setTcpKeepAlive(true);
        options.setPreparedStatementCacheSqlLimit(LONGEST_KEPT_STATEMENT);
        InternalDbTls.apply(options, url);
        return options;
    }
}
