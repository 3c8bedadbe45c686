package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Thirty tenants' databases accept connections and never say a word. One tenant's works, and is not to notice. */
@Tag("soak")
class ManyTargetsHang {

    private static final int HANGING = 30;
    private static final int WARM_UP = 20;
    private static final int MEASURED = 40;
    private static final Duration MEDIAN = Duration.ofMillis(250);

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder);

    @Test
    void andTheOneThatWorksGetsItsChangesInAQuarterOfASecond() throws IOException, SQLException {
        Tenant good = installation.tenant();
        TestDatabase target = good.connected();
        measure(good, target, WARM_UP);
        try (var silent = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress())) {
            List<Tenant> hanging =
                    Stream.generate(installation::tenant).limit(HANGING).toList();
            for (Tenant tenant : hanging) {
                installation
                        .admin()
                        .connect(tenant.id(), "main", "postgres://u:p@localhost:" + silent.getLocalPort() + "/silent")
                        .expectSuccess();
            }
            Eventually.holds(() -> assertThat(installation
                            .internal()
                            .queryLong(
                                    "SELECT count(*) FROM dbsync.\"ExternalDatabase\" WHERE \"errorCode\" IS NOT NULL"))
                    .as("hanging databases found out")
                    .isPositive());

            List<Duration> latencies = new ArrayList<>();
            for (int i = 0; i < MEASURED; i++) {
                hanging.get(i % HANGING).user("To be owed");
                latencies.addAll(measure(good, target, 1));
            }

            List<Duration> sorted = latencies.stream().sorted().toList();
            assertThat(sorted.get(MEASURED / 2)).as("median of " + sorted).isLessThan(MEDIAN);
        }
        Oracle.awaitEqual(good, target);
    }

    /** From the end of the commit until it can be seen, as a client that keeps asking sees it. */
    private static List<Duration> measure(Tenant tenant, TestDatabase target, int changes) throws SQLException {
        Oracle.awaitEqual(tenant, target);
        var latencies = new ArrayList<Duration>();
        try (Connection connection = target.connect();
                PreparedStatement seen = connection.prepareStatement("SELECT FROM users WHERE id = ?")) {
            for (int i = 0; i < changes; i++) {
                UUID user = tenant.user("Measured");
                long committed = System.nanoTime();
                seen.setObject(1, user);
                Eventually.holds(() -> assertThat(isThere(seen)).isTrue());
                latencies.add(Duration.ofNanos(System.nanoTime() - committed));
            }
        }
        return latencies;
    }

    private static boolean isThere(PreparedStatement seen) throws SQLException {
        try (ResultSet rows = seen.executeQuery()) {
            return rows.next();
        }
    }
}
