package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.HostileServer;
import dev.dbsync.harness.HostileServer.Habit;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers that do whatever they like to an engine with little memory, which another tenant shares with them. */
@Tag("slow")
class HostileTargetsHurtOnlyThemselves {

    private static final int CHANGES = 15;
    private static final Duration NO_DELAY = Duration.ofSeconds(5);

    /** Heap, code, threads and the virtual machine itself. */
    private static final long MOST_KIB = 450_000;

    @RegisterExtension
    static final Installation installation =
            Installation.with(builder -> builder.jvmOptions(Service.ENGINE, "-Xmx96m", "-XX:+ExitOnOutOfMemoryError")
                    .environment(Service.ENGINE, "DBSYNC_ENGINE_RUN_BUDGET", "3s")
                    .environment(Service.ENGINE, "DBSYNC_TARGETS_LOGIN_TIMEOUT", "3s")
                    .environment(Service.ENGINE, "DBSYNC_TARGETS_SOCKET_TIMEOUT", "3s"));

    @Test
    void whateverTheyDoAndHoweverManyAtOnce() {
        Tenant good = installation.tenant();
        TestDatabase target = good.connected();
        good.user("First");
        Oracle.awaitEqual(good, target);
        var hostile = new EnumMap<Habit, HostileServer>(Habit.class);
        var victims = new EnumMap<Habit, Tenant>(Habit.class);
        try {
            for (Habit habit : Habit.values()) {
                hostile.put(habit, HostileServer.of(habit));
                Tenant tenant = installation.tenant();
                victims.put(habit, tenant);
                installation
                        .admin()
                        .connect(tenant.id(), "main", hostile.get(habit).connectionString())
                        .expectSuccess();
                tenant.user("Of " + habit);
            }

            var delays = new ArrayList<Long>();
            for (int i = 0; i < CHANGES; i++) {
                long before = System.nanoTime();
                good.user("Good " + i);
                Eventually.holdsWithin(NO_DELAY, () -> Oracle.assertEqual(good, target));
                delays.add((System.nanoTime() - before) / 1_000_000);
                Eventually.passed(Duration.ofMillis(500));
            }
            victims.forEach((habit, tenant) -> Eventually.holdsWithin(
                    Duration.ofSeconds(120),
                    () -> assertTold(habit, installation.admin().status(tenant.id()))));

            ServiceProcess engine = installation.service(Service.ENGINE);
            assertThat(engine.isAlive()).isTrue();
            assertThat(engine.log())
                    .doesNotContain(
                            "OutOfMemoryError", "hunter2-secret", HostileServer.SOMEBODYS_VALUE, "\u001b", "\u202e")
                    .doesNotContain("forged line");
            engine.peakMemoryKib().ifPresent(kib -> {
                System.out.println(
                        "Hostile targets: peak memory of the engine " + kib + " KiB, delays of the good tenant "
                                + delays.stream().sorted().toList() + " ms");
                assertThat(kib).isLessThan(MOST_KIB);
            });
        } finally {
            victims.values()
                    .forEach(tenant ->
                            installation.admin().delete("/tenancies/" + tenant.id() + "/external-databases/main"));
            hostile.values().forEach(HostileServer::close);
        }
    }

    /** A dozen that each send as much as they can, all at the same moment. */
    @Test
    void notEvenByTakingMemoryTogether() {
        Tenant good = installation.tenant();
        TestDatabase target = good.connected();
        var servers = new ArrayList<HostileServer>();
        var tenants = new ArrayList<Tenant>();
        try {
            for (int i = 0; i < 4; i++) {
                for (Habit habit : List.of(Habit.ENDLESS_ROWS, Habit.ENDLESS_NOTICES, Habit.HUGE_ERROR)) {
                    HostileServer server = HostileServer.of(habit);
                    servers.add(server);
                    Tenant tenant = installation.tenant();
                    tenants.add(tenant);
                    installation
                            .admin()
                            .connect(tenant.id(), "main", server.connectionString(), Map.of())
                            .expectSuccess();
                    tenant.user("Of " + habit);
                }
            }
            good.user("Good");
            Oracle.awaitEqual(good, target);
            tenants.forEach(tenant -> Eventually.holdsWithin(
                    Duration.ofSeconds(60),
                    () -> assertThat(error(installation.admin().status(tenant.id()))
                                    .path("code")
                                    .asText())
                            .isIn("TARGET_ANSWER_TOO_LONG", "TARGET_CONNECTION_LOST")));

            assertThat(installation.service(Service.ENGINE).isAlive()).isTrue();
        } finally {
            tenants.forEach(
                    tenant -> installation.admin().delete("/tenancies/" + tenant.id() + "/external-databases/main"));
            servers.forEach(HostileServer::close);
        }
    }

    private static void assertTold(Habit habit, JsonNode status) {
        JsonNode error = error(status);
        assertThat(error.path("code").asText()).as(habit.name()).matches("[A-Z_]+");
        assertThat(error.path("blame").asText())
                .as(habit.name())
                .isEqualTo(
                        habit == Habit.ROWS_OF_ANOTHER_FORM
                                ? error.path("blame").asText()
                                : "destination");
        assertThat(error.path("message").asText())
                .as(habit.name())
                .isNotBlank()
                .doesNotContain(HostileServer.SOMEBODYS_VALUE, "hunter2-secret", "\u001b", "\u202e", "\n", "\r");
        assertThat(error.path("remedy").asText()).as(habit.name()).isNotBlank();
    }

    private static JsonNode error(JsonNode status) {
        return status.at("/sync_engine/external_databases/0/error");
    }
}
