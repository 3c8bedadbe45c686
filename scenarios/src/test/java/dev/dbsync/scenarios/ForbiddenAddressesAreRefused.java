package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.ApiClient.Response;
import dev.dbsync.harness.Service;
import java.util.UUID;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An installation as it is by default: tenants' databases are on the public internet or nowhere. */
class ForbiddenAddressesAreRefused {

    @RegisterExtension
    static final Installation installation = Installation.with(
            builder -> builder.environment(Service.ENGINE, "DBSYNC_TARGETS_ALLOW_PRIVATE_NETWORKS", "false"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "LOCALHOST",
                "localhost.",
                "127.1",
                "2130706433",
                "0x7f000001",
                "0177.0.0.1",
                "0.0.0.0",
                "0",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "[::1]",
                "[::]",
                "[::ffff:127.0.0.1]",
                "[::ffff:a00:1]",
                "[fe80::1]",
                "[fc00::1]",
                "[64:ff9b::7f00:1]"
            })
    void whenTheyAreConfigured(String host) {
        Response answer = installation
                .admin()
                .connect(UUID.randomUUID(), "main", "postgres://u:hunter2-secret@" + host + ":5432/d");

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.code()).isIn("FORBIDDEN_ADDRESS", "INVALID_CONNECTION_STRING");
        assertThat(answer.text()).doesNotContain("hunter2-secret");
    }
}
