package dev.dbsync.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class StandbyServerTest {

    private EmbeddedPostgresServer primary;
    private TestDatabase database;
    private StandbyServer standby;

    @BeforeEach
    void start() {
        primary = PostgresServer.startEmbedded(0, null, Map.of("synchronous_commit", "on"));
        database = primary.createDatabase("followed");
        database.execute("CREATE TABLE n (i int)", "INSERT INTO n VALUES (1)");
        standby = StandbyServer.of(primary);
    }

    @AfterEach
    void stop() {
        primary.stop();
        standby.close();
    }

    @Test
    void aSynchronousOneTakesOverWithEverythingThatWasCommitted() {
        standby.makeSynchronous();
        database.execute("INSERT INTO n SELECT generate_series(2, 1000)");

        primary.killHard();
        standby.takeOver();

        assertThat(database.queryLong("SELECT count(*) FROM n")).isEqualTo(1_000);
        database.execute("INSERT INTO n VALUES (1001)");
        assertThat(database.queryLong("SELECT count(*) FROM n")).isEqualTo(1_001);
    }

    @Test
    void oneThatWasLeftBehindTakesOverWithoutTheTail() {
        database.execute("INSERT INTO n VALUES (2)");
        standby.awaitCaughtUp();
        standby.stopFollowing();
        database.execute("INSERT INTO n VALUES (3)");

        primary.killHard();
        standby.takeOver();

        assertThat(database.queryLong("SELECT max(i) FROM n")).isEqualTo(2);
        assertThat(standby.server().port()).isEqualTo(primary.port());
    }
}
