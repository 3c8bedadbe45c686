package dev.dbsync.poller;

import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A migrated internal database for one test class, emptied before each test, with a pool as the service has it. */
public final class InternalDatabaseExtension implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    private int classes;
    private TestDatabase database;
    private Vertx vertx;
    private Pool pool;

    @Override
    public void beforeAll(ExtensionContext context) {
        if (classes++ > 0) {
            return; // a nested class, which shares its outer one's
        }
        database = InternalDatabase.migrated(PostgresServer.shared()).keepingConnections();
        vertx = Vertx.vertx();
        pool = pool(vertx, database);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        clear(database);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--classes > 0) {
            return;
        }
        await(pool.close());
        await(vertx.close());
        database.drop();
    }

    public static void clear(TestDatabase database) {
        database.execute("""
                SET search_path = dbsync;
                DELETE FROM "ExternalDatabase";
                DELETE FROM "OutgoingRequest";
                DELETE FROM "ChangedRow";
                DELETE FROM "DeletedRow";
                UPDATE "ExternalDbSyncMetadata" SET "pollerEnabled" = true;
                """);
    }

    public static Pool pool(Vertx vertx, TestDatabase database) {
        var options = PgConnectOptions.fromUri(database.url())
                .setUser(database.username())
                .setPassword(database.password());
        return Pool.pool(vertx, options, new PoolOptions().setMaxSize(4));
    }

    public static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }

    public TestDatabase database() {
        return database;
    }

    public Pool pool() {
        return pool;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** Enqueues a tenancy as everybody does. */
    public void enqueue(UUID tenancy) {
        database.execute("SELECT dbsync.enqueue_tenant_sync('" + tenancy + "')");
    }

    /** A new tenancy with one pending request. */
    public UUID enqueued() {
        UUID tenancy = UUID.randomUUID();
        enqueue(tenancy);
        return tenancy;
    }

    /** Sets columns of a tenancy's requests, in SQL. */
    public void set(UUID tenancy, String assignments) {
        database.update(
                "UPDATE dbsync.\"OutgoingRequest\" SET " + assignments + " WHERE \"deduplicationKey\" = ?",
                key(tenancy));
    }

    /** A tenancy's oldest request, by column. */
    public Optional<Map<String, Object>> request(UUID tenancy) {
        return database
                .query(
                        "SELECT *, \"leaseUntil\" - now() AS lease_left FROM dbsync.\"OutgoingRequest\""
                                + " WHERE \"deduplicationKey\" = ? ORDER BY \"createdAt\"",
                        key(tenancy))
                .stream()
                .findFirst();
    }

    public long requests(UUID tenancy) {
        return database.queryLong(
                "SELECT count(*) FROM dbsync.\"OutgoingRequest\" WHERE \"deduplicationKey\" = ?", key(tenancy));
    }

    public static String key(UUID tenancy) {
        return "sync-engine:" + tenancy;
    }
}
