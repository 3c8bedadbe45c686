package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two sequencers, two pollers and two engines at once, under writers that do not wait for them. */
@Tag("slow")
class ReplicasWorkSideBySide {

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder.replicas(Service.SEQUENCER, 2)
            .replicas(Service.POLLER, 2)
            .replicas(Service.ENGINE, 2)
            .environment(Service.POLLER, "DBSYNC_POLLER_LEASE", "2s"));

    private final Map<TestDatabase, Tenant> tenantByTarget = new LinkedHashMap<>();
    private List<Tenant> tenants;

    @BeforeEach
    void connect() {
        tenants = List.of(installation.tenant(), installation.tenant(), installation.tenant());
        tenants.forEach(tenant -> tenantByTarget.put(tenant.connected(), tenant));
        tenantByTarget.put(tenants.get(0).connected("second"), tenants.get(0));
        tenantByTarget.forEach((target, tenant) -> Oracle.awaitEqual(tenant, target));
    }

    @Test
    void andEverythingArrivesOnce() {
        try (var application = Application.writing(4, tenants)) {
            application.awaitTransactions(1_000);
        }
        assertAllArrives();
    }

    @Test
    void andTheOthersGoOnWhenOneOfEachIsKilled() {
        try (var application = Application.writing(2, tenants)) {
            application.awaitTransactions(100);
            for (Service service : Service.values()) {
                // The poller that is left delivers to the engine that is left.
                installation.stack().services(service).get(0).kill();
            }
            application.awaitTransactions(300);
        }

        assertAllArrives();
        for (Service service : Service.values()) {
            ServiceProcess killed = installation.stack().services(service).get(0);
            killed.start();
            killed.awaitReady(Duration.ofSeconds(60));
        }
    }

    @Test
    @Tag("soak")
    void andARollingRestartEndsEachWithinTenSecondsAndLosesNothing() {
        try (var application = Application.writing(2, tenants)) {
            for (Service service : Service.values()) {
                for (ServiceProcess replica : installation.stack().services(service)) {
                    application.awaitTransactions(50);
                    assertThat(replica.terminate())
                            .as(replica + " ended on SIGTERM")
                            .isTrue();
                    application.awaitTransactions(50);
                    replica.start();
                    replica.awaitReady(Duration.ofSeconds(60));
                }
            }
        }
        assertAllArrives();
    }

    private void assertAllArrives() {
        tenantByTarget.forEach((target, tenant) -> Oracle.awaitEqual(tenant, target));
        Eventually.holds(
                () -> assertThat(installation.internal().queryLong("SELECT count(*) FROM dbsync.\"OutgoingRequest\""))
                        .as("requests left over")
                        .isZero());
    }
}
