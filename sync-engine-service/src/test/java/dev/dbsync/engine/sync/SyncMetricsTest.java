package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.InternalDatabaseResource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a run tells the metrics, as differences to what was there before. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(ChunkedCopyTest.SmallChunks.class)
class SyncMetricsTest extends OneDestination {

    @Inject
    MeterRegistry registry;

    /** The age counts from the log entry, by the internal database's clock. */
    @Test
    void aChangeCountsFromWhenItWasMade() {
        service.sync(tenancy);
        double seconds = changes().totalTime(TimeUnit.SECONDS);
        long count = changes().count();
        app.put(tenancy, "r", 1, "t = 'late'");
        app.put(tenancy, "r", 2, "t = 'in time'");
        internal.update(
                "UPDATE dbsync.\"ChangedRow\" SET \"changedAt\" = \"changedAt\" - interval '90 s'"
                        + " WHERE \"tenancyId\" = ? AND \"primaryKey\" ->> 'id' = '1'",
                tenancy);
        app.sequence();

        service.sync(tenancy);

        assertThat(changes().count() - count).isEqualTo(2);
        assertThat(changes().totalTime(TimeUnit.SECONDS) - seconds).isBetween(90.0, 120.0);
    }

    /** Between reading and committing the engine's own clock counts. */
    @Test
    void theTargetsPartOfTheWayCounts() throws Exception {
        app.put(tenancy, "r", 1, "t = 'v0'");
        app.sequence();
        service.sync(tenancy);
        double seconds = changes().totalTime(TimeUnit.SECONDS);
        double batches = batches("log").totalTime(TimeUnit.SECONDS);
        app.put(tenancy, "r", 1, "t = 'v1'");
        app.sequence();
        try (Connection tenant = target.connect()) {
            tenant.setAutoCommit(false);
            tenant.createStatement().execute("SELECT FROM every_type FOR UPDATE");
            var run = CompletableFuture.supplyAsync(() -> service.sync(tenancy));
            Awaitility.await()
                    .until(() -> target.queryLong("SELECT count(*) FROM pg_stat_activity"
                                    + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                            > 0);
            TimeUnit.MILLISECONDS.sleep(1200);
            tenant.rollback();
            run.get(20, TimeUnit.SECONDS);
        }

        assertThat(changes().totalTime(TimeUnit.SECONDS) - seconds).isBetween(1.2, 15.0);
        assertThat(batches("log").totalTime(TimeUnit.SECONDS) - batches).isBetween(1.2, 15.0);
    }

    @Test
    void bytesAndBatchesCountByTheWayThatRowsCome() {
        Map<String, Long> before = batchCounts();
        double bytes = bytes();
        for (int i = 1; i <= 45; i++) {
            app.put(tenancy, "r", i, "t = repeat('x', 1000)");
        }
        app.sequence();
        service.sync(tenancy);

        assertThat(bytes() - bytes).isGreaterThan(45_000).isLessThan(60_000);
        Map<String, Long> after = batchCounts();
        assertThat(after.get("start") - before.get("start")).isOne();
        assertThat(after.get("chunk") - before.get("chunk")).isGreaterThan(2);
        assertThat(after.get("log")).isEqualTo(before.get("log"));

        double copied = bytes();
        app.put(tenancy, "r", 1, "t = repeat('é', 500)");
        app.sequence();
        service.sync(tenancy);

        assertThat(bytes() - copied).isGreaterThan(1_000).isLessThan(1_300);
        assertThat(batchCounts().get("log") - after.get("log")).isOne();
    }

    @Test
    void theConnectionThatIsKeptIsPublished() {
        service.sync(tenancy);

        assertThat(connections("warm")).isPositive();
        assertThat(connections("used")).isZero();
    }

    private double connections(String state) {
        return registry.get("dbsync.target.connections")
                .tag("state", state)
                .gauge()
                .value();
    }

    private Timer changes() {
        return registry.get("dbsync.engine.commit.to.applied").timer();
    }

    private Timer batches(String kind) {
        return registry.get("dbsync.engine.batch").tag("kind", kind).timer();
    }

    private Map<String, Long> batchCounts() {
        return Map.of(
                "log", batches("log").count(),
                "start", batches("start").count(),
                "chunk", batches("chunk").count());
    }

    private double bytes() {
        return registry.get("dbsync.engine.bytes.applied").counter().count();
    }
}
