package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Nobody starts the sequencer again while one tenant imports a million rows. When somebody does, another tenant's single
 * change is not to wait for them. Each service has a heap of 192 MB.
 */
@Tag("soak")
class TheSequencerIsOffForLong {

    private static final int ROWS = 1_000_000;
    private static final int ROWS_PER_STATEMENT = 50_000;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final Duration DRAINED = Duration.ofMinutes(15);

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder);

    @Test
    void andASingleChangeOvertakesTheMillionBehindIt() {
        Tenant importer = installation.tenant();
        Tenant other = installation.tenant();
        TestDatabase imported = installation.target();
        importer.connect("main", imported, Map.of("mappings", List.of("users")));
        TestDatabase others = other.connected();
        importer.user("Before");
        Oracle.awaitEqual(other, others);
        Eventually.holds(() -> assertThat(users(imported)).isOne());
        ServiceProcess sequencer = installation.service(Service.SEQUENCER);
        sequencer.terminate();

        for (int from = 1; from <= ROWS; from += ROWS_PER_STATEMENT) {
            installation.internal().execute("""
                    INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName")
                    SELECT '%s', gen_random_uuid(), 'User ' || n FROM generate_series(%d, %d) AS n
                    """.formatted(importer.id(), from, from + ROWS_PER_STATEMENT - 1));
        }
        other.user("The single change");
        sequencer.start();
        sequencer.awaitReady(START);

        Eventually.holdsWithin(SECONDS, () -> assertThat(users(others)).isOne());
        assertThat(pending()).as("still waiting").isPositive();

        Eventually.holdsWithin(DRAINED, () -> assertThat(pending()).isZero());
        Eventually.holdsWithin(DRAINED, () -> assertThat(users(imported)).isEqualTo(ROWS + 1));
        Eventually.holds(() -> assertThat(imported.queryText(
                        "SELECT md5(string_agg(id || ':' || display_name, ',' ORDER BY id)) FROM users"))
                .isEqualTo(installation.internal().queryText("""
                        SELECT md5(string_agg("projectUserId" || ':' || "displayName", ',' ORDER BY "projectUserId"))
                        FROM "ProjectUser" WHERE "tenancyId" = ?
                        """, importer.id())));
        Eventually.holds(() -> assertThat(importer.requests()).isZero());
        assertThat(installation.stack().all()).allMatch(ServiceProcess::isAlive);
        assertThat(installation.stack().logs()).doesNotContain("OutOfMemoryError");
    }

    /** Costs the look of one page, where counting a million every 20 ms would be the load itself. */
    private static long pending() {
        return installation
                .internal()
                .queryLong("SELECT count(*) FROM (SELECT FROM dbsync.\"ChangedRow\""
                        + " WHERE \"shouldUpdateSequenceId\" LIMIT 1) AS p");
    }

    private static long users(TestDatabase target) {
        return target.queryLong("SELECT count(*) FROM users");
    }
}
