package dev.dbsync.harness;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/** The internal database, for tests that need its schema but no running sequencer. */
public final class InternalDatabase {

    /** Where the schema's migrations are on the class path of whoever uses this: in {@code common}. */
    private static final String MIGRATIONS = "classpath:dbsync/migration";

    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    static {
        FLYWAY.setLevel(Level.WARNING);
    }

    private InternalDatabase() {}

    /**
     * A new database with the internal schema.
     *
     * @throws IllegalStateException if the migrations are not on the class path
     */
    public static TestDatabase migrated(PostgresServer server) {
        TestDatabase database = server.createDatabase("internal");
        migrate(database);
        return database;
    }

    /** Brings an existing database's internal schema up to date, as the sequencer does at its start. */
    public static void migrate(TestDatabase database) {
        MigrateResult result = Flyway.configure(Thread.currentThread().getContextClassLoader())
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .locations(MIGRATIONS)
                .defaultSchema("dbsync")
                .createSchemas(true)
                .load()
                .migrate();
        if (database.queryOne(String.class, "SELECT to_regclass('dbsync.\"ChangedRow\"')::text")
                .isEmpty()) {
            throw new IllegalStateException("No migrations on the class path at " + MIGRATIONS
                    + ": depend on the module common. Flyway ran " + result.migrationsExecuted);
        }
    }
}
