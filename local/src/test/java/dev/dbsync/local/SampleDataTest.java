package dev.dbsync.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SampleDataTest {

    private static final TestDatabase internal = PostgresServer.shared().createDatabase("sample");

    @BeforeAll
    static void createReferenceTables() throws IOException {
        Path schema = Service.root()
                .resolve("sequencer-service/src/main/resources/dbsync/sequencer/reference/reference-schema.sql");
        internal.execute(Files.readString(schema));
        SampleData.seed(internal);
    }

    @AfterAll
    static void drop() {
        internal.drop();
    }

    @Test
    void everyReferenceTableHasRowsOfBothTenants() {
        for (SampleTenant tenant : SampleTenant.values()) {
            assertThat(internal.queryLong(
                            "SELECT count(*) FROM \"ProjectUser\" WHERE \"tenancyId\" = ?", tenant.tenancy()))
                    .isGreaterThanOrEqualTo(40);
        }
        internal.query("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
                .forEach(
                        table -> assertThat(internal.queryLong("SELECT count(*) FROM \"" + table.get("relname") + "\""))
                                .as("rows of %s", table)
                                .isPositive());
    }

    @Test
    void changesCanGoOnForeverAndTheTablesStaySmall() {
        for (int round = 0; round < 15; round++) {
            SampleData.CHANGES.forEach(change -> SampleData.change(internal, change));
        }

        assertThat(internal.queryLong("SELECT count(*) FROM \"ProjectUser\"")).isEqualTo(2 * (40 + 2));
        assertThat(internal.queryLong("SELECT count(*) FROM \"VerificationCode\""))
                .isEqualTo(2 * 10);
        assertThat(internal.queryLong("SELECT count(*) FROM \"Team\" WHERE \"displayName\" LIKE '% at %'"))
                .isPositive();
        assertThat(internal.queryLong("SELECT count(*) FROM \"ContactChannel\" WHERE \"value\" LIKE 'changed-%'"))
                .isPositive();
    }
}
