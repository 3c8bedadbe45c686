package dev.dbsync.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import dev.dbsync.engine.target.TargetFault.Blame;
import dev.dbsync.harness.HostileServer;
import dev.dbsync.harness.HostileServer.Habit;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a server does to us: one fault that says so, soon, and little memory. */
class HostileTargetTest {

    private static final Map<String, String> HASTY = Map.of(
            "dbsync.targets.allow-private-networks", "true",
            "dbsync.targets.login-timeout", "2s",
            "dbsync.targets.socket-timeout", "2s");

    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Two answers' worth, and the driver's classes. */
    private static final long LITTLE_MEMORY = 48L << 20;

    private final TargetConnector connector = Targets.connector(HASTY, InetAddress::getAllByName, null);

    @ParameterizedTest
    @CsvSource({
        "GARBAGE_FOR_TLS, ",
        "ASKS_FOR_EVER, ",
        "SCRAM_WITHOUT_END, TARGET_LOGIN_REFUSED",
        "SCRAM_WITH_A_HUGE_SALT, ",
        "ROW_OF_TWO_GIGABYTES, TARGET_ANSWER_TOO_LONG",
        "FIELD_LARGER_THAN_ITS_ROW, TARGET_NOT_POSTGRES",
        "FIELD_OF_NEGATIVE_LENGTH, TARGET_NOT_POSTGRES",
        "ROW_OF_NEGATIVE_FIELDS, TARGET_NOT_POSTGRES",
        "ENDLESS_ROWS, TARGET_ANSWER_TOO_LONG",
        "ENDLESS_EMPTY_ROWS, TARGET_ANSWER_TOO_LONG",
        "ENDLESS_NOTICES, TARGET_ANSWER_TOO_LONG",
        "ENDLESS_ERRORS, TARGET_ERROR",
        "ENDLESS_NOTIFICATIONS, TARGET_ANSWER_TOO_LONG",
        "ENDLESS_COMPLETIONS, TARGET_ANSWER_TOO_LONG",
        "ENDLESS_COPIES, TARGET_ANSWER_TOO_LONG",
        "ENDLESS_PARAMETERS, TARGET_ANSWER_TOO_LONG",
        "PARAMETERS_WITH_EVERY_ANSWER, TARGET_ANSWER_TOO_LONG",
        "HUGE_ERROR, TARGET_ANSWER_TOO_LONG",
        "ONE_BYTE_AT_A_TIME, TARGET_CONNECTION_LOST",
    })
    void isFaultedSoonAndCostsLittleMemory(Habit habit, String code) {
        try (HostileServer server = HostileServer.of(habit)) {
            var allocated = new long[1];

            TargetFault fault = assertTimeoutPreemptively(SOON, () -> {
                long before = allocatedHere();
                TargetFault found = ask(server);
                allocated[0] = allocatedHere() - before;
                return found;
            });

            assertThat(fault.blame()).isEqualTo(Blame.DESTINATION);
            assertThat(fault.message()).isNotBlank();
            assertThat(fault.remedy()).isNotBlank();
            assertThat(allocated[0]).as("bytes allocated").isLessThan(LITTLE_MEMORY);
            if (code != null) {
                assertThat(fault.code()).as(fault.message()).isEqualTo(code);
            }
        }
    }

    @Test
    void theWordsOfAnErrorAreMadeHarmless() {
        try (HostileServer server = HostileServer.of(Habit.MALICIOUS_ERROR)) {
            TargetFault fault = ask(server);

            assertThat(fault.code()).isEqualTo("TARGET_PERMISSION_DENIED");
            assertThat(fault.message())
                    .hasSizeLessThan(400)
                    .doesNotContain(HostileServer.SOMEBODYS_VALUE)
                    .matches(text -> text.codePoints().noneMatch(HostileTargetTest::isDangerous));
        }
    }

    @Test
    void anErrorOfTheTenantsOwnFunctionIsNotQuoted() {
        try (HostileServer server = HostileServer.of(Habit.ERROR_THAT_QUOTES_A_ROW)) {
            TargetFault fault = ask(server);

            assertThat(fault.sqlState()).isEqualTo("ABC01");
            assertThat(fault.message()).doesNotContain(HostileServer.SOMEBODYS_VALUE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "2606:4700:4700::1111"})
    void aPublicServerWithoutTlsDoesNotGetThePassword(String address) throws Exception {
        var reached = InetAddress.getByName(address);
        var route = new Route(
                ConnectionString.parse("postgres://u:hunter2@db.example.com/d?sslmode=disable"),
                SslMode.DISABLE,
                List.of(reached),
                Duration.ofSeconds(1),
                1 << 20,
                null);

        assertThat(route.mayShowPassword(reached)).isFalse();
        assertThat(route.mayShowPassword(InetAddress.getByName("10.0.0.1"))).isTrue();
    }

    @Test
    void aPasswordInClearIsGivenOnAPrivateNetworkOnly() {
        try (HostileServer server = HostileServer.of(Habit.WANTS_THE_PASSWORD)) {
            // On the loopback address it is given; the server then hangs up.
            assertThat(ask(server).code()).isEqualTo("TARGET_CONNECTION_LOST");
        }
    }

    /** What a server does not read, the driver waits to write, and no time-out of a socket ends that. */
    @Test
    void aServerThatDoesNotListenIsLeftAtTheEndOfItsTime() {
        try (HostileServer server = HostileServer.of(Habit.DOES_NOT_LISTEN)) {
            TargetFault fault =
                    assertTimeoutPreemptively(SOON, () -> ask(server, "SELECT '" + "x".repeat(64 << 20) + "'"));

            assertThat(fault.code()).isEqualTo("TARGET_CONNECTION_LOST");
        }
    }

    private TargetFault ask(HostileServer server) {
        return ask(server, "SELECT 1");
    }

    private TargetFault ask(HostileServer server, String sql) {
        return TargetFault.from(catchThrowable(() -> {
            try (Connection connection = connector.connect(ConnectionString.parse(server.connectionString()))) {
                TargetConnector.Lease lease = connector.limit(connection, LIMIT);
                try {
                    while (true) {
                        try (PreparedStatement statement = connection.prepareStatement(sql)) {
                            statement.execute();
                        }
                    }
                } finally {
                    lease.end();
                }
            }
        }));
    }

    private static boolean isDangerous(int c) {
        return Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR;
    }

    private static long allocatedHere() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
