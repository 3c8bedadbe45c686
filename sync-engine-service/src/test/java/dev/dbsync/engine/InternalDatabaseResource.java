package dev.dbsync.engine;

import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** A migrated internal database for the engine under test; a test's field of type {@link TestDatabase} gets it. */
public class InternalDatabaseResource implements QuarkusTestResourceLifecycleManager {

    private TestDatabase database;

    @Override
    public Map<String, String> start() {
        database = InternalDatabase.migrated(PostgresServer.shared()).keepingConnections();
        return Map.of(
                "dbsync.internal-db.url", database.url(),
                "dbsync.internal-db.username", database.username(),
                "dbsync.internal-db.password", database.password());
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(database, new TestInjector.MatchesType(TestDatabase.class));
    }

    @Override
    public void stop() {
        if (database != null) {
            database.drop();
        }
    }
}
