package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.EmbeddedPostgresServer;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.Stack;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The machine of the internal database dies under the services, and comes back with everything that was committed. */
class TheInternalDatabaseDies {

    private static final Duration RECOVERY = Duration.ofSeconds(60);
    private static final UUID TENANCY = UUID.randomUUID();

    private static EmbeddedPostgresServer mortal;
    private static Stack stack;

    @BeforeAll
    static void start() {
        // Committed is committed only with these; the embedded server has them off otherwise.
        mortal = PostgresServer.startEmbedded(
                0, null, Map.of("fsync", "on", "full_page_writes", "on", "synchronous_commit", "on"));
        stack = Stack.builder().server(mortal).start();
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            stack.close();
        }
        if (mortal != null) {
            mortal.stop();
        }
    }

    @Test
    void andTheServicesWaitForItAndGoOn() {
        TestDatabase internal = stack.internal();
        try (TestDatabase target = PostgresServer.shared().createDatabase("tenant")) {
            internal.update("INSERT INTO \"Tenancy\" (\"id\", \"projectId\") VALUES (?, 'mortal')", TENANCY);
            stack.admin().connect(TENANCY, "main", target.connectionString()).expectSuccess();
            user("Before");
            Eventually.holds(() -> assertThat(users(target)).isEqualTo("Before"));

            user("Just before");
            mortal.killHard();
            Eventually.holds(() -> {
                ApiClient.Response answer = stack.admin().get("/status");
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.code()).isEqualTo("INTERNAL_DATABASE_UNAVAILABLE");
            });
            Eventually.holds(() -> assertThat(stack.all()).noneMatch(service -> service.isReady()));
            mortal.restart();
            user("After");

            Eventually.holdsWithin(RECOVERY, () -> assertThat(users(target)).isEqualTo("After,Before,Just before"));
            Eventually.holdsWithin(RECOVERY, () -> assertThat(stack.all()).allMatch(service -> service.isReady()));
        }
    }

    private static void user(String name) {
        stack.internal()
                .update(
                        "INSERT INTO \"ProjectUser\" (\"tenancyId\", \"projectUserId\", \"displayName\") VALUES (?, ?, ?)",
                        TENANCY,
                        UUID.randomUUID(),
                        name);
    }

    private static String users(TestDatabase target) {
        return target.queryText("SELECT string_agg(display_name, ',' ORDER BY display_name) FROM users");
    }
}
