package dev.dbsync.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresServerTest {

    private final PostgresServer server = PostgresServer.shared();

    @Test
    void isTheSameForEverybodyInTheJvm() {
        assertThat(PostgresServer.shared()).isSameAs(server);
        assertThat(System.getProperty(PostgresServer.URL_PROPERTY)).contains(":" + server.port() + "/");
    }

    @Test
    void makesDatabasesThatWorkAndGo() {
        TestDatabase database = server.createDatabase("Numbers");

        database.execute("CREATE TABLE n (i bigint, t text)", "INSERT INTO n VALUES (1, 'one'), (2, NULL)");
        assertThat(database.update("UPDATE n SET t = ? WHERE i = ?", "two", 2)).isOne();

        assertThat(database.query("SELECT i, t FROM n ORDER BY i"))
                .containsExactly(Map.of("i", 1L, "t", "one"), Map.of("i", 2L, "t", "two"));
        assertThat(database.queryLong("SELECT count(*) FROM n")).isEqualTo(2);
        assertThat(database.queryText("SELECT t FROM n WHERE i > ?", 5)).isNull();
        assertThat(database.url()).endsWith("/" + database.name()).doesNotContain("@");

        database.close();
        assertThatThrownBy(database::connect).hasMessageContaining("does not exist");
    }

    @Test
    void anEmbeddedServerDemandsPasswordsAndComesBackAfterAKill() {
        try (EmbeddedPostgresServer embedded = PostgresServer.startEmbedded(0, null, Map.of("work_mem", "5MB"))) {
            TestDatabase database = embedded.createDatabase("kept");
            embedded.createRole("tenant", "right password");
            database.execute("CREATE TABLE kept AS SELECT 1 AS one");

            TestDatabase asTenant = database.as("tenant", "right password");
            assertThat(asTenant.queryText("SHOW work_mem")).isEqualTo("5MB");
            assertThat(asTenant.connectionString()).contains("tenant:right%20password@localhost");
            assertThatThrownBy(() -> database.as("tenant", "wrong").connect()).hasMessageContaining("password");

            int port = embedded.port();
            embedded.killHard();
            assertThatThrownBy(database::connect).hasMessageContaining("refused");

            embedded.restart();
            assertThat(embedded.port()).isEqualTo(port);
            assertThat(database.queryLong("SELECT one FROM kept")).isOne();
        }
    }

    @Test
    void aServerForMeasurementsLosesNothingThatWasCommittedAndLeavesNothingBehind() {
        PostgresServer durable = PostgresServer.startDurable(Map.of("work_mem", "5MB", "fsync", "off"));
        String folder;
        try (durable) {
            TestDatabase database = durable.createDatabase("measured");
            folder = database.queryText("SHOW data_directory");
            assertThat(database.queryText("SHOW work_mem")).isEqualTo("5MB");
            assertThat(database.queryText("SHOW fsync")).isEqualTo("on");
            assertThat(database.queryText("SHOW synchronous_commit")).isEqualTo("on");
            assertThat(durable.postmaster())
                    .hasValueSatisfying(process -> assertThat(process.isAlive()).isTrue());
        }
        assertThat(Path.of(folder)).doesNotExist();
    }
}
