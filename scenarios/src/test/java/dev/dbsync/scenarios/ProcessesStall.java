package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGSTOP: a process keeps its connections, locks and leases and does nothing, until it comes back and thinks no time has passed. */
@Tag("slow")
class ProcessesStall {

    private static final Duration TAKE_OVER = Duration.ofSeconds(90);

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder.replicas(Service.SEQUENCER, 2)
            .replicas(Service.POLLER, 2)
            .replicas(Service.ENGINE, 2)
            .environment(Service.POLLER, "DBSYNC_POLLER_LEASE", "2s"));

    private Tenant one;
    private Tenant two;
    private TestDatabase oneTarget;
    private TestDatabase twoTarget;

    @BeforeEach
    void connect() {
        one = installation.tenant();
        two = installation.tenant();
        oneTarget = one.connected();
        twoTarget = two.connected();
        Oracle.awaitEqual(one, oneTarget);
        Oracle.awaitEqual(two, twoTarget);
    }

    @AfterEach
    void resumeAll() {
        installation.stack().all().forEach(ServiceProcess::resume);
    }

    @ParameterizedTest
    @EnumSource(
            value = Service.class,
            names = {"SEQUENCER", "POLLER"})
    void theOtherOneTakesOverAndTheStalledOneDoesNoHarmWhenItComesBack(Service service) {
        for (ServiceProcess stalled : installation.stack().services(service)) {
            try (var application = Application.writing(2, List.of(one, two))) {
                application.awaitTransactions(100);
                stalled.pause();
                application.awaitTransactions(100);
            }
            Eventually.holdsWithin(TAKE_OVER, this::assertEqual);

            try (var application = Application.writing(2, List.of(one, two))) {
                application.awaitTransactions(50);
                stalled.resume();
                application.awaitTransactions(100);
            }
            Eventually.holdsWithin(TAKE_OVER, this::assertEqual);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Service.class, names = "ENGINE")
    void aStalledEngineHoldsUpItsDeliveriesOnlyForATimeAndWritesNothingOldAfterwards(Service service) {
        ServiceProcess stalled = installation.service(service);
        try (var application = Application.writing(2, List.of(one, two))) {
            application.awaitTransactions(100);
            stalled.pause();
            application.awaitTransactions(200);
            stalled.resume();
            application.awaitTransactions(100);
        }
        Eventually.holdsWithin(TAKE_OVER, this::assertEqual);
        assertThat(oneTarget.queryLong("SELECT count(*) FROM users")).isPositive();
    }

    private void assertEqual() {
        Oracle.assertEqual(one, oneTarget);
        Oracle.assertEqual(two, twoTarget);
    }
}
