package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.TestDatabase;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With traces on, a change can be followed through the three services; nothing of the tenant's goes along. */
class OneChangeIsOneTrace {

    private static final TraceCollector collector = TraceCollector.listening();

    @RegisterExtension
    static final Installation installation =
            Installation.with(builder -> builder.environment("DBSYNC_TRACES_ENABLED", "true")
                    .environment("DBSYNC_TRACES_ENDPOINT", collector.url())
                    .environment("QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "200ms"));

    private Tenant tenant;
    private TestDatabase target;

    @BeforeEach
    void connect() {
        tenant = installation.tenant();
        target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
        Eventually.holds(() -> assertThat(tenant.requests()).isZero());
        collector.forget();
    }

    @AfterAll
    static void close() {
        collector.close();
    }

    @Test
    void fromItsSequencingToItsCommitInTheTarget() {
        tenant.user("Followed");

        Eventually.holds(() -> {
            var apply = one(span -> span.name().equals("apply")
                    && "users".equals(span.attributes().get("dbsync.mapping")));
            var database = parentOf(apply);
            var sync = parentOf(database);
            var deliver = parentOf(sync);
            var sequence = parentOf(deliver);

            assertThat(List.of(sequence.name(), deliver.name(), sync.name(), database.name()))
                    .containsExactly("sequence", "deliver", "sync", "database");
            assertThat(List.of(sequence.service(), deliver.service(), sync.service(), apply.service()))
                    .containsExactly(
                            "sequencer-service", "dbsync-poller", "sync-engine-service", "sync-engine-service");
            assertThat(List.of(sequence, deliver, sync, database, apply))
                    .extracting(TraceCollector.Span::trace)
                    .containsOnly(apply.trace());
            assertThat(sequence.parent()).as("parent of the first").isEmpty();
            assertThat(sync.attributes())
                    .containsEntry("dbsync.tenancy", tenant.id().toString());
            assertThat(database.attributes()).containsEntry("dbsync.external_database", "main");
            assertThat(apply.attributes()).containsEntry("dbsync.rows", "1");
        });
    }

    @Test
    void nothingOfTheTenantsGoesAlong() {
        var user = tenant.user("Ludmilla Unmistakable");
        tenant.email(user, "unmistakable@example.org");
        Oracle.awaitEqual(tenant, target);
        Eventually.holds(
                () -> assertThat(collector.spans()).anyMatch(span -> span.name().equals("apply")));

        assertThat(collector.everything().toLowerCase(Locale.ROOT))
                .doesNotContain("unmistakable")
                .doesNotContain(user.toString())
                .doesNotContain(target.name())
                .doesNotContain("postgres://")
                .doesNotContain("select ")
                .doesNotContain(installation.stack().secrets().adminToken().toLowerCase(Locale.ROOT));
    }

    @Test
    void aPassThatFindsNothingAndACallOfAnOperatorsLeaveNoSpan() {
        installation.admin().status(tenant.id());
        tenant.user("The last of them");
        Eventually.holds(
                () -> assertThat(collector.spans()).anyMatch(span -> span.name().equals("apply")));

        assertThat(collector.spans())
                .extracting(TraceCollector.Span::name)
                .isSubsetOf("sequence", "deliver", "sync", "database", "apply");
        assertThat(collector.spans())
                .filteredOn(span -> span.name().equals("sequence"))
                .allSatisfy(span -> assertThat(span.attributes()).doesNotContainEntry("dbsync.tenancies", "0"));
    }

    private static TraceCollector.Span one(Predicate<TraceCollector.Span> which) {
        return collector.spans().stream()
                .filter(which)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No such span among " + collector.spans()));
    }

    private static TraceCollector.Span parentOf(TraceCollector.Span child) {
        return one(span -> span.id().equals(child.parent()));
    }
}
