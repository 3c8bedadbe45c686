package dev.dbsync.engine.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.target.ConnectionSettings;
import dev.dbsync.engine.target.ConnectionString;
import dev.dbsync.engine.target.InvalidConnectionStringException;
import dev.dbsync.engine.target.Targets;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PreflightTest {

    private static final UUID TENANCY = UUID.randomUUID();
    private static final UUID DESTINATION = UUID.randomUUID();
    private static final UUID INSTALLATION = UUID.randomUUID();

    private final TestDatabase target = PostgresServer.shared().createDatabase("preflight");
    private final Preflight preflight = new Preflight(Targets.openConnector());

    @AfterEach
    void drop() {
        target.drop();
    }

    @Test
    void passesAnEmptyDatabase() {
        assertThat(run("public"))
                .allMatch(PreflightCheck::ok)
                .extracting(PreflightCheck::name)
                .containsExactly(
                        "address",
                        "connect",
                        "tls",
                        "login",
                        "server_version",
                        "schema",
                        "privileges",
                        "owner",
                        "tables");
    }

    @Test
    void passesASchemaThatCanBeCreated() {
        assertThat(run("brand_new")).allMatch(PreflightCheck::ok);
        assertThat(target.queryLong("SELECT count(*) FROM pg_namespace WHERE nspname = 'brand_new'"))
                .isZero();
    }

    @Test
    void stopsAtTheFirstThingThatKeepsItFromGoingOn() {
        assertThat(failedAt(target.connectionString().replace(":" + target.port() + "/", ":1/")))
                .isEqualTo("connect");
        assertThat(failedAt(target.connectionString().replace("@" + target.host(), "@no-such-host.invalid")))
                .isEqualTo("address");
        assertThat(failedAt("postgres://no_such_role:x@" + target.host() + ":" + target.port() + "/" + target.name()))
                .isEqualTo("login");
        assertThat(failedAt(target.connectionString() + "_not_there")).isEqualTo("login");
    }

    @Test
    void saysHowToMendARoleWithoutPrivileges() {
        String role = "preflight_guest_" + Long.toHexString(System.nanoTime());
        target.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'guest'", "CREATE SCHEMA closed");
        try {
            String guest = target.as(role, "guest").connectionString();

            assertThat(failure(guest, "closed"))
                    .isEqualTo(PreflightCheck.failed(
                            "privileges",
                            "The role '" + role + "' may not create tables in it",
                            "GRANT USAGE, CREATE ON SCHEMA \"closed\" TO \"" + role + "\""));
            assertThat(failure(guest, "not_there").remedy())
                    .isEqualTo("CREATE SCHEMA \"not_there\" AUTHORIZATION \"" + role + "\"");
            target.execute(
                    failure(guest, "closed").remedy(),
                    failure(guest, "not_there").remedy());
            assertThat(run(guest, "closed")).allMatch(PreflightCheck::ok);
            assertThat(run(guest, "not_there")).allMatch(PreflightCheck::ok);
        } finally {
            target.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
        }
    }

    @Test
    void knowsWhoseASchemaIs() {
        createOwnerTable();
        assertThat(run("public")).allMatch(PreflightCheck::ok);

        own(TENANCY, DESTINATION, INSTALLATION);
        assertThat(run("public")).allMatch(PreflightCheck::ok);
        own(TENANCY, UUID.randomUUID(), INSTALLATION);
        assertThat(run("public")).allMatch(PreflightCheck::ok);
        own(UUID.randomUUID(), DESTINATION, INSTALLATION);
        assertThat(failure(target.connectionString(), "public").name()).isEqualTo("owner");
        own(TENANCY, DESTINATION, UUID.randomUUID());
        assertThat(failure(target.connectionString(), "public").name()).isEqualTo("owner");
    }

    @Test
    void takesAnOwnerTableOfAnotherShapeForSomebodyElses() {
        target.execute("CREATE TABLE _external_db_sync_owner (name text)");

        assertThat(failure(target.connectionString(), "public").name()).isEqualTo("owner");
    }

    @Test
    void wantsTablesToBeAbsentOrOurs() {
        target.execute(
                "CREATE TABLE users (id uuid)",
                "COMMENT ON TABLE users IS 'External DB Sync: mapping users, do not edit'");
        assertThat(run("public")).allMatch(PreflightCheck::ok);

        target.execute("COMMENT ON TABLE users IS 'the shop''s users'");
        assertThat(failure(target.connectionString(), "public").name()).isEqualTo("tables");
        assertThat(failure(target.connectionString(), "public").message()).contains("users");

        target.execute("DROP TABLE users", "CREATE VIEW users AS SELECT 1 AS id");
        target.execute("COMMENT ON VIEW users IS 'External DB Sync: mapping users'");
        assertThat(failure(target.connectionString(), "public").name()).isEqualTo("tables");
    }

    @Test
    void writesNothing() {
        long before = target.queryLong("SELECT count(*) FROM pg_class");
        run("public");
        run("brand_new");

        assertThat(target.queryLong("SELECT count(*) FROM pg_class")).isEqualTo(before);
    }

    private void createOwnerTable() {
        target.execute("CREATE TABLE _external_db_sync_owner (singleton boolean PRIMARY KEY DEFAULT true,"
                + " tenancy_id uuid, destination_id uuid, installation_id uuid, created_at timestamptz DEFAULT now())");
    }

    private void own(UUID tenancy, UUID destination, UUID installation) {
        target.execute("DELETE FROM _external_db_sync_owner");
        target.update(
                "INSERT INTO _external_db_sync_owner (tenancy_id, destination_id, installation_id) VALUES (?, ?, ?)",
                tenancy,
                destination,
                installation);
    }

    private String failedAt(String connectionString) {
        return failure(connectionString, "public").name();
    }

    /** The last check, which is the one that failed; those before it passed. */
    private PreflightCheck failure(String connectionString, String schema) {
        List<PreflightCheck> checks = run(connectionString, schema);
        assertThat(checks.subList(0, checks.size() - 1)).allMatch(PreflightCheck::ok);
        PreflightCheck last = checks.get(checks.size() - 1);
        assertThat(last.ok()).isFalse();
        assertThat(last.remedy()).isNotBlank();
        return last;
    }

    private List<PreflightCheck> run(String schema) {
        return run(target.connectionString(), schema);
    }

    private List<PreflightCheck> run(String connectionString, String schema) {
        return preflight.run(
                settings(connectionString), schema, TENANCY, DESTINATION, INSTALLATION, List.of("users", "teams"));
    }

    private static ConnectionSettings settings(String text) {
        try {
            return ConnectionString.parse(text);
        } catch (InvalidConnectionStringException e) {
            throw new AssertionError(e);
        }
    }
}
