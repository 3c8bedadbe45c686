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

    private List<PreflightCheck> run(String schema) {
        return preflight.run(
                settings(target.connectionString()), schema, TENANCY, DESTINATION, INSTALLATION, List.of("users"));
    }

    private static ConnectionSettings settings(String text) {
        try {
            return ConnectionString.parse(text);
        } catch (InvalidConnectionStringException e) {
            throw new AssertionError(e);
        }
    }
}
