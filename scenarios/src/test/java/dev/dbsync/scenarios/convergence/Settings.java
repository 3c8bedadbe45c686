package dev.dbsync.scenarios.convergence;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How the services are configured: always with short time-outs, so that what hangs is given up within a history, and with
 * small pages and batches at times, so that their edges matter.
 */
record Settings(long seed, Map<String, String> environment) {

    static Settings of(long seed) {
        var random = new SplittableRandom(seed);
        var environment = new LinkedHashMap<String, String>();
        environment.put("DBSYNC_SEQUENCER_BATCH_SIZE", one(random, "1000", "100", "7"));
        environment.put("DBSYNC_SEQUENCER_FULL_SWEEP_INTERVAL", one(random, "1m", "5s"));
        environment.put("DBSYNC_POLLER_CLAIM_LIMIT", one(random, "1000", "1"));
        environment.put("DBSYNC_ENGINE_PAGE_ROWS", one(random, "2000", "50", "3"));
        environment.put("DBSYNC_ENGINE_PAGE_BYTES", one(random, "4000000", "2000"));
        environment.put("DBSYNC_TARGETS_WARM_CONNECTIONS", one(random, "200", "200", "0"));
        String batches = one(random, "", "", "2");
        if (!batches.isEmpty()) {
            environment.put("DBSYNC_ENGINE_MAX_BATCHES_PER_MAPPING", batches);
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
        return new Settings(seed, Map.copyOf(environment));
    }

    private static String one(SplittableRandom random, String... of) {
        return of[random.nextInt(of.length)];
    }
}
