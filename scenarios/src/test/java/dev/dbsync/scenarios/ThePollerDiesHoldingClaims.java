package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A poller is killed while deliveries are under way to an engine that has stalled and never comes back. Its lease would hold
 * for five minutes; nobody waits that long.
 */
@Tag("slow")
class ThePollerDiesHoldingClaims {

    private static final Duration START = Duration.ofSeconds(60);

    /** 15 s without a renewal, and a little. The lease is twenty times that. */
    private static final Duration UNTIL_TAKEN_BACK = Duration.ofSeconds(20);

    @RegisterExtension
    static final Installation installation =
            Installation.with(builder -> builder.replicas(Service.POLLER, 2).replicas(Service.ENGINE, 2));

    private final Map<Tenant, TestDatabase> targets = new LinkedHashMap<>();

    @BeforeEach
    void connect() {
        poller(1).terminate();
        Stream.generate(installation::tenant).limit(3).forEach(tenant -> targets.put(tenant, tenant.connected()));
        targets.forEach(Oracle::awaitEqual);
    }

    @AfterEach
    void startAll() {
        installation
                .stack()
                .all()
                .filter(service -> !service.isAlive())
                .forEach(service -> start(service).awaitReady(START));
    }

    @Test
    void anotherOneTakesThemBackAndNothingIsLost() {
        killWithClaimsHeld();
        Tenant busy = targets.keySet().iterator().next();
        busy.rename(busy.user("Made while nobody polls"), "And renamed");

        start(poller(1)).awaitReady(START);

        Eventually.holdsWithin(UNTIL_TAKEN_BACK, this::assertAllArrived);
    }

    @Test
    void theSameOneTakesThemBackWhenItIsStartedAgain() {
        killWithClaimsHeld();

        start(engine(0)).awaitReady(START);
        start(poller(0)).awaitReady(START);

        Eventually.holdsWithin(UNTIL_TAKEN_BACK, this::assertAllArrived);
    }

    /** Neither the poller nor the engine that has the requests in its socket can finish them any more. */
    private void killWithClaimsHeld() {
        engine(0).pause();
        targets.keySet().forEach(tenant -> tenant.user("Claimed"));
        Eventually.holds(() -> assertThat(held()).isEqualTo(targets.size()));
        poller(0).kill();
        engine(0).kill();
        assertThat(held()).as("claims of the dead").isEqualTo(targets.size());
        targets.values()
                .forEach(target -> assertThat(target.queryLong("SELECT count(*) FROM users"))
                        .isZero());
    }

    private void assertAllArrived() {
        targets.forEach(Oracle::assertEqual);
        assertThat(targets.keySet()).allMatch(tenant -> tenant.requests() == 0);
    }

    private static long held() {
        return installation
                .internal()
                .queryLong("SELECT count(*) FROM dbsync.\"OutgoingRequest\" WHERE \"claimToken\" IS NOT NULL");
    }

    private static ServiceProcess poller(int index) {
        return services(Service.POLLER).get(index);
    }

    private static ServiceProcess engine(int index) {
        return services(Service.ENGINE).get(index);
    }

    private static List<ServiceProcess> services(Service service) {
        return installation.stack().services(service);
    }

    private static ServiceProcess start(ServiceProcess service) {
        service.start();
        return service;
    }
}
