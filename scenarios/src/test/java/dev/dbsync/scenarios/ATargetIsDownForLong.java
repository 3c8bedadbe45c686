package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.EmbeddedPostgresServer;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tenant's database is away for many attempts and thousands of changes, and comes back when nobody looks. */
class ATargetIsDownForLong {

    private static final int ATTEMPTS = 4;

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    @Test
    void andOwesNothingButOneRequestAndCatchesUpByItself() {
        EmbeddedPostgresServer mortal = PostgresServer.startEmbedded(0, null, Map.of());
        Tenant tenant = installation.tenant();
        try (mortal) {
            TestDatabase target = tenant.connected(mortal);
            tenant.everything();
            Oracle.awaitEqual(tenant, target);

            mortal.killHard();
            try (var application = Application.writing(2, List.of(tenant))) {
                Eventually.holdsWithin(Duration.ofSeconds(60), () -> {
                    assertThat(tenant.requests())
                            .as("one waiting, one under way")
                            .isLessThanOrEqualTo(2);
                    assertThat(error(tenant).path("attempts").asInt()).isGreaterThanOrEqualTo(ATTEMPTS);
                });
                application.awaitTransactions(100);
            }
            long attempts = error(tenant).path("attempts").asInt();
            Eventually.holds(() -> assertThat(tenant.requests()).isZero());
            mortal.restart();

            Eventually.holdsWithin(Duration.ofSeconds(60), () -> Oracle.assertEqual(tenant, target));
            assertThat(attempts).as("attempts, each later than the last").isLessThan(30);
            Eventually.holds(() -> {
                assertThat(error(tenant).isNull()).isTrue();
                assertThat(tenant.requests()).isZero();
            });
        } finally {
            installation.admin().delete("/tenancies/" + tenant.id() + "/external-databases/main");
        }
    }

    private static JsonNode error(Tenant tenant) {
        return tenant.database("main").path("error");
    }
}
