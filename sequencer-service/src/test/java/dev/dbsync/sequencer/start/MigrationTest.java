package dev.dbsync.sequencer.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dbsync.common.internaldb.InternalSchema;
import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.sql.SQLException;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class MigrationTest {

    private TestDatabase database;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase("migration");
    }

    @AfterEach
    void dropDatabase() {
        database.drop();
    }

    @Test
    void aDatabaseThatIsNotEmptyIsMigratedWithoutMindingWhatIsThere() throws SQLException {
        database.execute(
                "CREATE TABLE public.orders (id int)", "CREATE TABLE public.flyway_schema_history (theirs int)");

        assertThat(migration(true).runOnce()).isTrue();

        assertThat(database.queryText("SELECT to_regclass('dbsync.\"ChangedRow\"')::text"))
                .isNotNull();
        assertThat(database.queryLong("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isEqualTo(2);
        assertThat(migration(true).runOnce()).isTrue();
    }

    @Test
    void anEmptySchemaOfOursIsUsed() throws SQLException {
        String role = "migrator_" + database.name();
        database.server().createRole(role, "secret");
        database.execute("CREATE SCHEMA dbsync AUTHORIZATION " + role);
        try {
            TestDatabase restricted = database.as(role, "secret");

            assertThat(new Migration(flyway(restricted), source(restricted), true).runOnce())
                    .isTrue();
        } finally {
            database.execute("DROP SCHEMA dbsync CASCADE", "DROP ROLE " + role);
        }
    }

    @Test
    void threeReplicasThatStartAtOnceOnAnEmptyDatabaseMigrateItOnce() {
        startAtOnce(3);

        assertMigratedOnce();
    }

    @Test
    void threeReplicasThatStartAtOnceOnAnEarlierVersionMigrateItOnce() {
        InternalDatabase.migrateTo(database, 3);
        long before = applied();

        startAtOnce(3);

        assertMigratedOnce();
        assertThat(applied()).as("migrations applied").isGreaterThan(before);
    }

    private void startAtOnce(int replicas) {
        var together = new CyclicBarrier(replicas);
        var starters = IntStream.range(0, replicas)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    try {
                        Migration migration = migration(true);
                        together.await();
                        while (!migration.runOnce()) {
                            Thread.onSpinWait();
                        }
                    } catch (SQLException | InterruptedException | BrokenBarrierException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();

        starters.forEach(CompletableFuture::join);
    }

    private void assertMigratedOnce() {
        assertThat(database.queryText("""
                SELECT string_agg("version", ',' ORDER BY "version"::integer) FROM dbsync.flyway_schema_history
                WHERE "success" AND "version" IS NOT NULL
                """))
                .as("versions applied, each once")
                .isEqualTo(IntStream.rangeClosed(1, InternalSchema.VERSION)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(",")));
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.flyway_schema_history WHERE NOT \"success\""))
                .isZero();
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"SequencerState\""))
                .isOne();
    }

    private long applied() {
        return database.queryLong("SELECT count(*) FROM dbsync.flyway_schema_history");
    }

    @Test
    void aSchemaOfALaterReleaseIsLeftAsItIs() throws SQLException {
        migration(true).runOnce();
        InternalDatabase.migrateBeyond(database, "classpath:dev/dbsync/sequencer/start/later");
        long applied = applied();

        assertThat(migration(true).runOnce()).isTrue();
        assertThat(migration(false).runOnce()).isTrue();

        assertThat(applied()).isEqualTo(applied);
        assertThat(database.queryText("SELECT dbsync.current_place()")).isEqualTo("of the later release");
    }

    @Test
    void whoMayNotMigrateWaitsUntilSomebodyHas() throws SQLException {
        assertThat(migration(false).runOnce()).isFalse();
        migration(true).runOnce();
        assertThat(migration(false).runOnce()).isTrue();
    }

    @Test
    void aDatabaseThatIsNotThereYetIsAnErrorThatCanBeTriedAgain() {
        var absent = source(database);
        absent.setDatabaseName("not_there");

        assertThatThrownBy(() -> new Migration(flyway(database), absent, true).runOnce())
                .isInstanceOf(SQLException.class);
    }

    @Test
    void theSequencesCacheIsRead() throws SQLException {
        Migration migration = migration(true);
        migration.runOnce();
        assertThat(migration.sequenceCache()).isOne();

        database.execute("ALTER SEQUENCE dbsync.global_seq_id CACHE 20");

        assertThat(migration.sequenceCache()).isEqualTo(20);
    }

    private Migration migration(boolean atStart) {
        return new Migration(flyway(database), source(database), atStart);
    }

    /** As {@code application.properties} configures it. */
    private static Flyway flyway(TestDatabase database) {
        DataSource source = source(database);
        return Flyway.configure()
                .dataSource(source)
                .locations("classpath:dbsync/migration")
                .defaultSchema("dbsync")
                .schemas("dbsync")
                .createSchemas(true)
                .load();
    }

    private static PGSimpleDataSource source(TestDatabase database) {
        var source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setUser(database.username());
        source.setPassword(database.password());
        return source;
    }
}
