package dev.dbsync.harness;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
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
        MigrateResult result = flyway(database, List.of(MIGRATIONS)).load().migrate();
        if (database.queryOne(String.class, "SELECT to_regclass('dbsync.\"ChangedRow\"')::text")
                .isEmpty()) {
            throw new IllegalStateException("No migrations on the class path at " + MIGRATIONS
                    + ": depend on the module common. Flyway ran " + result.migrationsExecuted);
        }
    }

    /** Brings it to an earlier version, without functions: of these only today's are known. */
    public static void migrateTo(TestDatabase database, int version) {
        flyway(database, List.of(MIGRATIONS))
                .target(MigrationVersion.fromVersion(Integer.toString(version)))
                .repeatableSqlMigrationPrefix("none")
                .load()
                .migrate();
    }

    /**
     * Brings it to where a later release would.
     *
     * @param location on the class path, of the migrations which that release has and this one has not
     */
    public static void migrateBeyond(TestDatabase database, String location) {
        flyway(database, List.of(MIGRATIONS, location)).load().migrate();
    }

    private static FluentConfiguration flyway(TestDatabase database, List<String> locations) {
        return Flyway.configure(Thread.currentThread().getContextClassLoader())
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .locations(locations.toArray(String[]::new))
                .defaultSchema("dbsync")
                .createSchemas(true);
    }
}
