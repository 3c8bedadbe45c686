package dev.dbsync.engine.target;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the engine reaches tenants' databases, and how long it waits for them. */
@ConfigMapping(prefix = "dbsync.targets")
public interface TargetsConfig {

    /**
     * Whether external databases may be on addresses that are not globally routable. Off, because a tenant that names
     * {@code 10.0.0.5} or {@code localhost} would have us knock at our own doors.
     */
    @WithDefault("false")
    boolean allowPrivateNetworks();

    /** How long resolving a host name may take. */
    @WithDefault("5s")
    Duration resolveTimeout();

    /** How long the TCP connection may take, all addresses together; a connection string's {@code connect_timeout} goes first. */
    @WithDefault("5s")
    Duration connectTimeout();

    /** How long TLS and login may take after the TCP connection stands. Providers that wake a sleeping database need some seconds. */
    @WithDefault("15s")
    Duration loginTimeout();

    /** How long one answer may stay away before the connection is given up. Keep it above {@code statement-timeout}. */
    @WithDefault("60s")
    Duration socketTimeout();

    /** {@code statement_timeout} of every transaction in a target. */
    @WithDefault("30s")
    Duration statementTimeout();

    /** {@code lock_timeout} of every transaction in a target. */
    @WithDefault("5s")
    Duration lockTimeout();

    /** {@code idle_in_transaction_session_timeout} of every transaction in a target: a stopped engine frees its locks after it. */
    @WithDefault("60s")
    Duration idleInTransactionTimeout();

    /**
     * Memory that one answer may cost; a target is not trusted to be brief, and the driver keeps an answer in memory. What we ask
     * for is short: names, positions, a page of keys. Hostile targets together may take this times {@code parallelism}.
     */
    @WithDefault("8M")
    MemorySize maxAnswer();

    /** How many connections are kept warm after a run, one per database at most; 0 keeps none. */
    @WithDefault("500")
    int warmConnections();

    /** How many of them to one host and port, which many tenants' databases may share: every one takes a slot of its server's. */
    @WithDefault("200")
    int warmConnectionsPerHost();

    /** How long a warm connection is kept. Short, because every one takes a slot of the tenant's {@code max_connections}. */
    @WithDefault("60s")
    Duration warmIdleTimeout();
}
