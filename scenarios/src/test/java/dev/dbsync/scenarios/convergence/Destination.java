package dev.dbsync.scenarios.convergence;

import dev.dbsync.harness.TestDatabase;
import java.util.List;
import java.util.Map;

/**
 * A database of a tenant in one run.
 *
 * @param number which one of the run
 * @param tenant whose it is
 * @param database as it is without the proxy in front of it
 * @param id under which the tenancy has it
 */
record Destination(int number, int tenant, TestDatabase database, String schema, String id) {

    static final int COUNT = 5;

    /** The number of the one that is connected late. */
    static final int LATE = 4;

    /** The first tenant has two databases; the second and the third share one by schemas; the third gets another late. */
    static List<Destination> of(TestDatabase first, TestDatabase second, TestDatabase shared, TestDatabase late) {
        return List.of(
                new Destination(0, 0, first, "public", "main"),
                new Destination(1, 0, second, "public", "second"),
                new Destination(2, 1, shared, "one", "main"),
                new Destination(3, 2, shared, "two", "main"),
                new Destination(LATE, 2, late, "public", "late"));
    }

    /** As the engine is told to reach it. */
    String connectionString(int proxyPort) {
        return database.connectionString().replace(":" + database.port() + "/", ":" + proxyPort + "/");
    }

    Map<String, ?> options() {
        return Map.of("schema", schema);
    }

    @Override
    public String toString() {
        return "destination " + number + " (" + id + " of t" + tenant + ", schema " + schema + ")";
    }
}
