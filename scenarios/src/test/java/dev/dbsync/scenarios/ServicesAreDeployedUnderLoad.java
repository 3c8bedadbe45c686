package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Ports;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A new replica of each service comes up beside the old one, which is then asked to end. Writers do not pause. */
@Tag("slow")
class ServicesAreDeployedUnderLoad {

    private static final Duration START = Duration.ofSeconds(90);

    /** While replicas change places: far less than a lease or a claim would hold if the old one did not give it up. */
    private static final Duration SOON = Duration.ofSeconds(15);

    /** A delivery that came over a kept connection when the old engine had just closed: it fails and is made again. */
    private static final String TOO_LATE = "[Error Occurred After Shutdown]";

    private static final Frontend engines = Frontend.listening();

    @RegisterExtension
    static final Installation installation =
            Installation.with(builder -> builder.environment(Service.SEQUENCER, "DBSYNC_SEQUENCER_LEASE", "30s")
                    .environment(Service.POLLER, "DBSYNC_POLLER_SYNC_ENGINE_URL", engines.url())
                    .environment(Service.ENGINE, "DBSYNC_ENGINE_PUBLIC_URL", engines.url()));

    private final List<ServiceProcess> deployed = new ArrayList<>();
    private Tenant one;
    private Tenant two;
    private TestDatabase oneTarget;
    private TestDatabase twoTarget;

    @BeforeEach
    void connect() {
        engines.forwardTo(installation.service(Service.ENGINE).port());
        one = installation.tenant();
        two = installation.tenant();
        oneTarget = one.connected();
        twoTarget = two.connected();
        Oracle.awaitEqual(one, oneTarget);
        Oracle.awaitEqual(two, twoTarget);
    }

    @AfterEach
    void end() {
        deployed.forEach(ServiceProcess::close);
    }

    @AfterAll
    static void close() {
        engines.close();
    }

    @Test
    void andNobodyNotices() {
        try (var application = Application.writing(2, List.of(one, two))) {
            for (Service service : Service.values()) {
                application.awaitTransactions(50);
                ServiceProcess old = installation.service(service);
                ServiceProcess fresh = old.startAnother(Ports.free());
                deployed.add(fresh);
                fresh.awaitReady(START);
                if (service == Service.ENGINE) {
                    engines.forwardTo(fresh.port());
                }
                assertThat(old.terminate()).as(old + " ended on SIGTERM").isTrue();

                assertArrivesSoon("Behind the old " + service);
                application.awaitTransactions(50);
                assertNoError(one);
                assertNoError(two);
            }
        }
        Oracle.awaitEqual(one, oneTarget);
        Oracle.awaitEqual(two, twoTarget);
        Eventually.holds(() -> assertThat(one.requests() + two.requests()).isZero());
        assertThat(Stream.concat(installation.stack().all(), deployed.stream())
                        .flatMap(service -> service.log().lines()))
                .filteredOn(line -> !line.contains(TOO_LATE))
                .noneMatch(line -> line.contains(" ERROR ") || line.contains("nothing to wake them"));
    }

    private void assertArrivesSoon(String name) {
        one.user(name);
        Eventually.holdsWithin(
                SOON,
                () -> assertThat(oneTarget.queryLong("SELECT count(*) FROM users WHERE display_name = ?", name))
                        .isOne());
    }

    private static void assertNoError(Tenant tenant) {
        var admin = new ApiClient(engines.url(), installation.stack().secrets().adminToken());
        JsonNode database = admin.status(tenant.id()).at("/sync_engine/external_databases/0");
        assertThat(database.path("error").isNull()).as(database.toString()).isTrue();
        assertThat(database.path("mapping_status"))
                .allSatisfy(
                        mapping -> assertThat(mapping.path("error").isNull()).isTrue());
    }
}
