package dev.dbsync.scenarios.convergence;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How the services are configured: always with short time-outs, so that what hangs is given up within a history, and with
 * small pages and batches at times, so that their edges matter.
 */
record Settings(long seed, Map<String, String> environment) {

    /** Rows and bytes. */
    private static final List<String> ORDINARY = List.of("2000", "4000000");

    static Settings of(long seed) {
        var random = new SplittableRandom(seed);
        var environment = new LinkedHashMap<String, String>();
        environment.put("DBSYNC_SEQUENCER_BATCH_SIZE", one(random, "1000", "100", "20"));
        environment.put("DBSYNC_SEQUENCER_FULL_SWEEP_INTERVAL", one(random, "1m", "5s"));
        environment.put("DBSYNC_POLLER_CLAIM_LIMIT", one(random, "1000", "1"));
        List<String> page =
                one(random, ORDINARY, List.of("50", "4000000"), List.of("50", "8000"), List.of("5", "4000000"));
        environment.put("DBSYNC_ENGINE_PAGE_ROWS", page.get(0));
        environment.put("DBSYNC_ENGINE_PAGE_BYTES", page.get(1));
        environment.put("DBSYNC_TARGETS_WARM_CONNECTIONS", one(random, "200", "200", "0"));
        if (random.nextInt(4) == 0) {
            environment.put("DBSYNC_ENGINE_MAX_BATCHES_PER_MAPPING", "5");
        }
        environment.put("DBSYNC_PURGE_MINIMUM_AGE", one(random, "1h", "1s"));
        environment.put("DBSYNC_PURGE_RETENTION", one(random, "7d", "7d", "10s"));

        environment.put("DBSYNC_POLLER_LEASE", one(random, "5m", "4s"));
        environment.put("DBSYNC_POLLER_ABANDONED_AFTER", "4s");
        environment.put("DBSYNC_POLLER_DELIVERY_TIMEOUT", "20s");
        environment.put("DBSYNC_POLLER_RETRY_CAP", "2s");
        environment.put("DBSYNC_POLLER_RETRY_RETRY_AFTER_CAP", "2s");
        environment.put("DBSYNC_ENGINE_RUN_BUDGET", "6s");
        environment.put("DBSYNC_TARGETS_CONNECT_TIMEOUT", "2s");
        environment.put("DBSYNC_TARGETS_LOGIN_TIMEOUT", "3s");
        environment.put("DBSYNC_TARGETS_SOCKET_TIMEOUT", "6s");
        environment.put("DBSYNC_TARGETS_STATEMENT_TIMEOUT", "5s");
        environment.put("DBSYNC_TARGETS_LOCK_TIMEOUT", "2s");
        environment.put("DBSYNC_TARGETS_IDLE_IN_TRANSACTION_TIMEOUT", "6s");
        environment.put("DBSYNC_TARGETS_ALLOW_PRIVATE_NETWORKS", "true");
        // Copies of more than a page go in chunks.
        environment.put("DBSYNC_ENGINE_COPY_CHUNK_ROWS", one(random, "100000", "7"));
        environment.put("DBSYNC_ENGINE_COPY_CHUNKS_IN_MEMORY", one(random, "6", "6", "1", "0"));
        return new Settings(seed, Map.copyOf(environment));
    }

    @SafeVarargs
    private static <T> T one(SplittableRandom random, T... of) {
        return of[random.nextInt(of.length)];
    }
}
