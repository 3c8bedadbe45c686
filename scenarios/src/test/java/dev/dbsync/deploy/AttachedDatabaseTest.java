package dev.dbsync.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The services on an application's database that has tables and rows of its own, as the role of {@code create-role.sql}. */
class AttachedDatabaseTest {

    private static final String PASSWORD = "password of the services";
    private static final UUID TENANCY = UUID.randomUUID();
    private static final String TRIGGERS =
            "SELECT string_agg(tgrelid::regclass || ' ' || tgname, ', ') FROM pg_trigger WHERE NOT tgisinternal";

    private final PostgresServer server = PostgresServer.shared();
    private final String role = "dbsync_" + TENANCY.toString().substring(0, 8);

    @Test
    void isSyncedByARoleThatMayOnlyReadItAndIsLeftAsItWas() throws IOException {
        TestDatabase target = server.createDatabase("tenant");
        TestDatabase application = server.createDatabase("application");
        try {
            makeTheApplication(application);
            String before = description(application);

            try (Stack stack = Stack.builder()
                    .internal(application.as(role, PASSWORD))
                    .environment(Service.SEQUENCER, "DBSYNC_REFERENCE_SCHEMA", "false")
                    .start()) {
                stack.admin()
                        .connect(TENANCY, "main", target.connectionString())
                        .expectSuccess();
                awaitTeam(target, "There before");

                application.execute("UPDATE \"Team\" SET \"displayName\" = 'Renamed'");
                awaitTeam(target, "Renamed");
                assertThat(stack.logs()).doesNotContain(PASSWORD);
            }
            assertThat(application.queryText(TRIGGERS)).isNotNull();

            application.execute(PsqlScript.sql("remove.sql", Map.of()));
            assertThat(application.queryText(TRIGGERS)).isNull();
            assertThat(description(application)).isEqualTo(before);
            application.execute("UPDATE \"Team\" SET \"displayName\" = 'Nobody is told'");
        } finally {
            application.drop();
            target.drop();
            server.execute("DROP ROLE IF EXISTS " + role);
        }
    }

    private void makeTheApplication(TestDatabase application) throws IOException {
        application.execute(
                Files.readString(
                        Service.root()
                                .resolve(
                                        "sequencer-service/src/main/resources/dbsync/sequencer/reference/reference-schema.sql")),
                "CREATE TABLE public.\"_prisma_migrations\" (id text PRIMARY KEY)",
                "INSERT INTO \"Tenancy\" (\"id\", \"projectId\") VALUES ('" + TENANCY + "', 'acme')",
                "INSERT INTO \"Team\" (\"tenancyId\", \"teamId\", \"displayName\") VALUES ('" + TENANCY
                        + "', gen_random_uuid(), 'There before')",
                PsqlScript.sql(
                        "create-role.sql",
                        Map.of(
                                "role", role,
                                "password", PASSWORD,
                                "tables", "",
                                "create_tables", "off",
                                "table_owner", "")));
    }

    private static void awaitTeam(TestDatabase target, String name) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> target.queryText("SELECT to_regclass('public.teams')") != null
                        && name.equals(target.queryText("SELECT display_name FROM teams")));
    }

    /** Tables, columns and types outside of our schema. */
    private static String description(TestDatabase database) {
        return database.queryText("""
                SELECT string_agg(format('%s.%s %s', table_name, column_name, data_type), ', ' ORDER BY table_name, ordinal_position)
                FROM information_schema.columns
                WHERE table_schema = 'public'
                """);
    }
}
