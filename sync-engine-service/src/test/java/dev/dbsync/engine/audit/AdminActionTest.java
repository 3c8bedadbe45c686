package dev.dbsync.engine.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminActionTest {

    private static final String API = "/api/latest/internal/external-db-sync";
    private static final UUID TENANCY = UUID.fromString("7d5f0f8e-6a9f-4a3e-9f58-3f4a4a1f7b1a");

    @ParameterizedTest
    @CsvSource({
        "PUT, '', configure",
        "DELETE, '', delete",
        "POST, /pause, pause",
        "POST, /verify, verify",
        "POST, /a-route-to-come, a-route-to-come"
    })
    void anActionOnADatabaseIsTheSameByTheApiAndFromTheDashboard(String method, String verb, String name) {
        String database = "/tenancies/" + TENANCY + "/external-databases/main";

        assertThat(AdminAction.of(method, API + database + verb))
                .isEqualTo(AdminAction.of(method, "/dashboard" + database + verb))
                .contains(new AdminAction(name, TENANCY, "main"));
    }

    @ParameterizedTest
    @CsvSource({"/fusebox, fusebox", "/connection-strings/re-encrypt, re-encrypt", "/anything/else, else"})
    void anActionOnEverythingNamesNoTenancy(String path, String name) {
        assertThat(AdminAction.of("POST", API + path)).contains(new AdminAction(name, null, null));
    }

    @Test
    void anActionOnATenancyNamesNoDatabase() {
        assertThat(AdminAction.of("POST", API + "/tenancies/" + TENANCY + "/sync"))
                .contains(new AdminAction("sync", TENANCY, null));
        assertThat(AdminAction.of("PUT", "/dashboard/tenancies/" + TENANCY + "/external-databases"))
                .contains(new AdminAction("configure", TENANCY, null));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/latest/internal/external-db-sync/fusebox",
        "HEAD, /",
        "POST, /api/latest/internal/external-db-sync/sync-engine",
        "POST, /dashboard/sign-in",
        "GET, /q/metrics"
    })
    void whatOnlyReadsIsNoActionNorIsADelivery(String method, String path) {
        assertThat(AdminAction.of(method, path)).isEmpty();
    }

    @Test
    void whatCannotBeReadInAnAddressIsLeftOutOrCutShort() {
        AdminAction action = AdminAction.of(
                        "POST", API + "/tenancies/nobody/external-databases/\0" + "x".repeat(5000) + "/pause")
                .orElseThrow();

        assertThat(action.tenancy()).isNull();
        assertThat(action.database()).hasSize(63).startsWith("?x");
    }
}
