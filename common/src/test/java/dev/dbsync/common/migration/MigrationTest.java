package dev.dbsync.common.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import org.junit.jupiter.api.Test;

class MigrationTest {

    @Test
    void worksOnADatabaseInUseAndTwice() {
        try (TestDatabase database = PostgresServer.shared().createDatabase("in_use")) {
            database.execute("CREATE TABLE public.theirs (id int)");

            InternalDatabase.migrate(database);
            InternalDatabase.migrate(database);

            assertThat(database.queryText(
                            "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'"))
                    .isEqualTo("theirs");
            assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"SequencerState\""))
                    .isOne();
        }
    }
}
