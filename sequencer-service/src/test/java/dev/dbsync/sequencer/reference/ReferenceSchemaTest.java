package dev.dbsync.sequencer.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class ReferenceSchemaTest {

    private static final String TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";

    private TestDatabase database;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase("reference");
    }

    @AfterEach
    void dropDatabase() {
        database.drop();
    }

    @Test
    void allTablesAreCreatedOnceByAnyNumberOfStarters() {
        IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.runAsync(() -> create(database)))
                .toList()
                .forEach(CompletableFuture::join);

        assertThat(database.queryLong(TABLES)).isEqualTo(12);
    }

    @Test
    void aTableThatIsThereIsNotTouched() {
        database.execute("CREATE TABLE public.\"ContactChannel\" (theirs int)");

        create(database);

        assertThat(database.queryLong(TABLES)).isEqualTo(12);
        assertThat(
                        database.queryLong(
                                "SELECT count(*) FROM pg_attribute WHERE attrelid = 'public.\"ContactChannel\"'::regclass AND attnum > 0"))
                .isOne();
        assertThat(database.queryLong("SELECT count(*) FROM pg_indexes WHERE tablename = 'ContactChannel'"))
                .isZero();
    }

    @Test
    void whereAllAreThereNoPrivilegeIsNeeded() {
        create(database);
        String role = "reader_" + database.name();
        database.server().createRole(role, "secret");
        try {
            create(database.as(role, "secret"));
        } finally {
            database.execute("DROP ROLE " + role);
        }
    }

    @Test
    void nothingIsCreatedThatIsNotWanted() throws SQLException {
        new ReferenceSchema(source(database), false).createWhereAbsent();

        assertThat(database.queryLong(TABLES)).isZero();
    }

    @Test
    void timesAreUtcWhateverTheSessionsZone() {
        create(database);
        database.execute(
                "SET TimeZone = 'Asia/Tokyo'; INSERT INTO \"Tenancy\" (\"projectId\") VALUES ('p');"
                        + " INSERT INTO \"ProjectUser\" (\"tenancyId\", \"projectUserId\") SELECT \"id\", gen_random_uuid() FROM \"Tenancy\"");

        assertThat(database.queryLong("SELECT count(*) FROM \"ProjectUser\""
                        + " WHERE abs(extract(epoch FROM (\"createdAt\" AT TIME ZONE 'UTC') - now())) < 60"))
                .isOne();
    }

    private static void create(TestDatabase database) {
        try {
            new ReferenceSchema(source(database), true).createWhereAbsent();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PGSimpleDataSource source(TestDatabase database) {
        var source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setUser(database.username());
        source.setPassword(database.password());
        return source;
    }
}
