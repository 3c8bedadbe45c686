package dev.dbsync.poller;

import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;

/** An internal database and an engine for a running poller. Tests get them into fields marked {@link FromPollerService}. */
public final class PollerServiceResource implements QuarkusTestResourceLifecycleManager {

    /** Marks a field of a test for a {@link TestDatabase} or a {@link FakeEngine}. */
    @Target(ElementType.FIELD)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface FromPollerService {}

    private TestDatabase database;
    private FakeEngine engine;

    @Override
    public Map<String, String> start() {
        database = InternalDatabase.migrated(PostgresServer.shared());
        engine = new FakeEngine();
        return Map.of(
                "dbsync.internal-db.url",
                database.url(),
                "dbsync.internal-db.username",
                database.username(),
                "dbsync.internal-db.password",
                database.password(),
                "dbsync.poller.sync-engine-url",
                engine.url() + "/",
                "dbsync.poller.delivery-timeout",
                "3s",
                "dbsync.poller.retry.base",
                "100ms",
                "dbsync.poller.retry.cap",
                "200ms");
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(
                database, new TestInjector.AnnotatedAndMatchesType(FromPollerService.class, TestDatabase.class));
        injector.injectIntoFields(
                engine, new TestInjector.AnnotatedAndMatchesType(FromPollerService.class, FakeEngine.class));
    }

    @Override
    public void stop() {
        engine.close();
        database.drop();
    }
}
