package dev.dbsync.sequencer;

import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** An empty database for the service under test; what runs in the test itself finds it in {@link #database()}. */
public class InternalDatabaseResource implements QuarkusTestResourceLifecycleManager {

    private static final String NAME = "dbsync.sequencer-test.database";

    private TestDatabase database;

    @Override
    public Map<String, String> start() {
        database = PostgresServer.shared().createDatabase("sequencer").keepingConnections();
        // An application is there already, and somebody has made an empty schema for us.
        database.execute("CREATE TABLE public.orders_of_the_application (id int)", "CREATE SCHEMA dbsync");
        System.setProperty(NAME, database.name());
        return Map.of(
                "dbsync.internal-db.url", database.url(),
                "dbsync.internal-db.username", database.username(),
                "dbsync.internal-db.password", database.password());
    }

    @Override
    public void stop() {
        database.drop();
    }
}
