package dev.dbsync.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CreateRoleTest {

    private static final String PASSWORD = "it's \"quoted\" and long";
    /** On the application's tables; our own have some too, and go with the schema. */
    private static final String COUNT_TRIGGERS = """
            SELECT count(*)
            FROM pg_trigger AS t
            JOIN pg_class AS c ON c.oid = t.tgrelid
            WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
            """;

    /** What the sequencer does to a mapped table, in short. */
    private static final String CAPTURE = """
            CREATE FUNCTION dbsync.capture() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = dbsync, pg_temp
                AS $$ BEGIN INSERT INTO "ChangedRow" ("tenancyId", "tableName", "primaryKey") VALUES (NEW."tenancyId", 'Team', '{}'); RETURN NULL; END $$;
            CREATE OR REPLACE TRIGGER capture AFTER INSERT OR UPDATE ON public."Team" FOR EACH ROW EXECUTE FUNCTION dbsync.capture();
            """;

    private final PostgresServer server = PostgresServer.shared();
    private final String role = "dbsync_" + UUID.randomUUID().toString().substring(0, 8);
    private final TestDatabase database = server.createDatabase("attached");

    @BeforeEach
    void makeTheApplicationsTables() throws IOException {
        database.execute(Files.readString(Service.root()
                .resolve("sequencer-service/src/main/resources/dbsync/sequencer/reference/reference-schema.sql")));
        database.execute("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id int PRIMARY KEY)");
    }

    @AfterEach
    void drop() {
        database.drop();
        server.execute("DROP ROLE IF EXISTS " + role);
    }

    @Test
    void theRoleCanMigrateReadAndCaptureButChangeNothingOfTheApplications() {
        createRole(Map.of());
        TestDatabase asRole = database.as(role, PASSWORD);

        InternalDatabase.migrate(asRole);
        asRole.execute(CAPTURE);
        database.execute(
                "INSERT INTO \"Tenancy\" (\"projectId\") VALUES ('p')",
                "INSERT INTO \"Team\" (\"tenancyId\", \"teamId\", \"displayName\") SELECT \"id\", gen_random_uuid(), 'T' FROM \"Tenancy\"");

        assertThat(asRole.queryLong("SELECT count(*) FROM dbsync.\"ChangedRow\""))
                .isOne();
        assertThat(asRole.queryLong("SELECT count(*) FROM \"Team\"")).isOne();
        assertThat(asRole.queryText("SELECT outcome FROM dbsync.backfill_null_sequence_ids()"))
                .isEqualTo("sequenced");
        assertThat(asRole.queryText("SELECT \"place\" FROM dbsync.\"SequencerState\""))
                .as("what tells a failover from a restart")
                .isNotNull();
        for (String forbidden : new String[] {
            "UPDATE \"Team\" SET \"displayName\" = 'X'",
            "DELETE FROM \"Team\"",
            "TRUNCATE \"Team\"",
            "ALTER TABLE \"Team\" ADD COLUMN x int",
            "CREATE TABLE public.x ()",
            "CREATE SCHEMA x",
            "SELECT FROM shop.orders",
            "CREATE ROLE x"
        }) {
            assertThatThrownBy(() -> asRole.execute(forbidden))
                    .as(forbidden)
                    .hasMessageMatching("(?s).*(permission denied|must be owner).*");
        }
    }

    @Test
    void theScriptMayRunAgainForTheTablesOfAMappingOfOnesOwn() {
        createRole(Map.of());
        createRole(Map.of("tables", "public.absent, shop.orders", "password", ""));

        assertThat(database.as(role, PASSWORD).queryLong("SELECT count(*) FROM shop.orders"))
                .isZero();
    }

    @Test
    void theRoleCreatesTablesInPublicOnlyIfTold() {
        createRole(Map.of("create_tables", "on"));

        database.as(role, PASSWORD).execute("CREATE TABLE public.reference ()");
    }

    @Test
    void aRoleWithoutAPasswordIsRefused() {
        assertThatThrownBy(() -> createRole(Map.of("password", "")))
                .hasMessageContaining("DBSYNC_INTERNAL_DB_PASSWORD");
    }

    @Test
    void removingLeavesTheApplicationAsItWas() {
        createRole(Map.of());
        TestDatabase asRole = database.as(role, PASSWORD);
        InternalDatabase.migrate(asRole);
        asRole.execute(CAPTURE);
        assertThat(database.queryLong(COUNT_TRIGGERS)).isOne();

        asRole.execute(PsqlScript.sql("remove.sql", Map.of()));

        assertThat(database.queryLong(COUNT_TRIGGERS)).isZero();
        assertThat(database.queryText("SELECT to_regnamespace('dbsync')")).isNull();
        database.execute("INSERT INTO \"Tenancy\" (\"projectId\") VALUES ('still works')");
    }

    private void createRole(Map<String, String> options) {
        var variables = new HashMap<>(
                Map.of("role", role, "password", PASSWORD, "tables", "", "create_tables", "off", "table_owner", ""));
        variables.putAll(options);
        database.execute(PsqlScript.sql("create-role.sql", variables));
    }
}
