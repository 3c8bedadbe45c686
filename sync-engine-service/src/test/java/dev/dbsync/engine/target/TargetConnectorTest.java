package dev.dbsync.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetConnectorTest {

    private static final TestDatabase target = PostgresServer.shared().createDatabase("connector");
    private static final Map<String, String> OPEN = Map.of("dbsync.targets.allow-private-networks", "true");

    private final TargetConnector connector = Targets.openConnector();

    @AfterAll
    static void drop() {
        target.drop();
    }

    @Test
    void connectsAsTheConnectionStringSays() throws Exception {
        String text = target.connectionString() + "?application_name=our%20app&connect_timeout=3";

        try (Connection connection = connector.connect(ConnectionString.parse(text))) {
            assertThat(text(connection, "SELECT current_database()")).isEqualTo(target.name());
            assertThat(text(connection, "SELECT current_user::text")).isEqualTo(target.username());
            assertThat(text(connection, "SHOW application_name")).isEqualTo("our app");
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    @Test
    void saysWhoItIs() throws Exception {
        try (Connection connection = connector.connect(ConnectionString.parse(target.connectionString()))) {
            assertThat(text(connection, "SHOW application_name")).isEqualTo("external-db-sync");
        }
    }

    @Test
    void logsInWithAPasswordOfAnyCharacters() throws Exception {
        target.execute(
                "DROP ROLE IF EXISTS connector_é",
                "SET password_encryption = 'scram-sha-256';" + " CREATE ROLE connector_é LOGIN PASSWORD 'p/@:?#% ü😀'");
        try {
            String text = "postgres://connector_%C3%A9:p%2F%40%3A%3F%23%25%20%C3%BC%F0%9F%98%80@" + target.host() + ":"
                    + target.port() + "/" + target.name();
            try (Connection connection = connector.connect(ConnectionString.parse(text))) {
                assertThat(text(connection, "SELECT current_user::text")).isEqualTo("connector_é");
            }
        } finally {
            target.execute("DROP ROLE connector_é");
        }
    }

    @Test
    void refusesAForbiddenAddressBeforeAnySocketIsOpened() throws Exception {
        try (var server = new FakeServer(socket -> {})) {
            TargetConnector strict = Targets.connector(Map.of(), InetAddress::getAllByName, null);

            assertThatThrownBy(() -> strict.connect(settings("127.1", server.port(), "")))
                    .isInstanceOf(ForbiddenAddressException.class);
            assertThat(server.connections()).isZero();
        }
    }

    /** A name that is public when the guard asks and private when the driver asks again would lead us home. */
    @Test
    void goesWhereTheCheckedAnswerLedWhateverTheNameSaysNext() throws Exception {
        var asked = new AtomicInteger();
        TargetConnector connector = Targets.connector(
                OPEN,
                host -> new InetAddress[] {
                    InetAddress.getByName(asked.getAndIncrement() == 0 ? target.host() : "127.0.0.99")
                },
                null);
        String text = target.connectionString().replace("@" + target.host(), "@rebinding.invalid");

        try (Connection connection = connector.connect(ConnectionString.parse(text))) {
            assertThat(text(connection, "SELECT 'there'")).isEqualTo("there");
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void checksTheNameOnEveryConnect() throws Exception {
        try (var inside = new FakeServer(socket -> {})) {
            var asked = new AtomicInteger();
            var config = Targets.config(Map.of());
            var guard = new AddressGuard(false, Duration.ofSeconds(2), host ->
                    new InetAddress[] {InetAddress.getByName(asked.getAndIncrement() == 0 ? "8.8.8.8" : "127.0.0.1")});
            guard.refuseForbidden(settings("rebinding.invalid", inside.port(), ""));

            assertThatThrownBy(() -> new TargetConnector(config, guard)
                            .connect(settings("rebinding.invalid", inside.port(), "")))
                    .isInstanceOf(ForbiddenAddressException.class);
            assertThat(inside.connections()).isZero();
        }
    }

    @Test
    void requiresTlsOfPublicAddressesUnlessTheStringSaysOtherwise() throws Exception {
        var publicly = List.of(InetAddress.getByName("10.0.0.1"), InetAddress.getByName("8.8.8.8"));
        var privately = List.of(InetAddress.getByName("10.0.0.1"));

        assertThat(TargetConnector.sslMode(settings("h", 1, ""), publicly)).isEqualTo(SslMode.REQUIRE);
        assertThat(TargetConnector.sslMode(settings("h", 1, ""), privately)).isEqualTo(SslMode.PREFER);
        assertThat(TargetConnector.sslMode(settings("h", 1, "?sslmode=disable"), publicly))
                .isEqualTo(SslMode.DISABLE);
    }

    @Test
    void triesTheAddressesInTurn() throws Exception {
        TargetConnector connector = Targets.connector(
                OPEN,
                host -> new InetAddress[] {InetAddress.getByName("127.0.0.77"), InetAddress.getByName(target.host())},
                null);

        try (Connection connection = connector.connect(
                ConnectionString.parse(target.connectionString().replace(target.host(), "two.example")))) {
            assertThat(text(connection, "SELECT 'there'")).isEqualTo("there");
        }
    }

    @Test
    void cancelsAStatementThroughTheSameAddress() throws Exception {
        try (Connection connection = connector.connect(ConnectionString.parse(target.connectionString()));
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);

            assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(20)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
    }

    @Test
    void endsAConnectionThatOutlivesItsLease() throws Exception {
        try (Connection connection = connector.connect(ConnectionString.parse(target.connectionString()))) {
            connector.limit(connection, Duration.ofMillis(200));

            Throwable thrown = catchThrowable(() -> text(connection, "SELECT pg_sleep(20)::text"));
            assertThat(TargetFault.from(thrown).code()).isEqualTo("TARGET_CONNECTION_LOST");
        }
    }

    @Test
    void leavesAConnectionAloneWhoseLeaseHasEnded() throws Exception {
        try (Connection connection = connector.connect(ConnectionString.parse(target.connectionString()))) {
            connector.limit(connection, Duration.ofMillis(100)).end();

            assertThat(text(connection, "SELECT 'there' FROM pg_sleep(0.3)")).isEqualTo("there");
        }
    }

    @Test
    void doesNotWaitForAServerThatNeverAnswers() throws Exception {
        TargetConnector hasty = Targets.connector(
                Map.of(
                        "dbsync.targets.allow-private-networks", "true",
                        "dbsync.targets.connect-timeout", "200ms",
                        "dbsync.targets.login-timeout", "200ms"),
                InetAddress::getAllByName,
                null);
        try (var silent = new FakeServer(socket -> socket.getInputStream().readAllBytes())) {
            Throwable thrown = catchThrowable(() -> hasty.connect(settings("127.0.0.1", silent.port(), "")));

            assertThat(TargetFault.from(thrown).code()).isEqualTo("TARGET_UNREACHABLE");
        }
    }

    @Test
    void doesNotWaitForAServerThatAnswersOneByteAtATime() throws Exception {
        TargetConnector hasty = Targets.connector(
                Map.of(
                        "dbsync.targets.allow-private-networks", "true",
                        "dbsync.targets.connect-timeout", "200ms",
                        "dbsync.targets.login-timeout", "300ms"),
                InetAddress::getAllByName,
                null);
        try (var dripping = new FakeServer(socket -> {
            var out = socket.getOutputStream();
            out.write(new byte[] {'E', 0, 1, 0, 0});
            while (true) {
                out.write('x');
                out.flush();
                LockSupport.parkNanos(20_000_000);
            }
        })) {
            Throwable thrown =
                    catchThrowable(() -> hasty.connect(settings("127.0.0.1", dripping.port(), "?sslmode=disable")));

            assertThat(TargetFault.from(thrown).code()).isEqualTo("TARGET_UNREACHABLE");
        }
    }

    @Test
    void refusesAServerWithoutTlsWhereTlsIsAskedFor() throws Exception {
        try (var plain = new FakeServer(FakeServer::refuseTls)) {
            for (String mode : new String[] {"require", "verify-ca", "verify-full"}) {
                Throwable thrown = catchThrowable(
                        () -> connector.connect(settings("127.0.0.1", plain.port(), "?sslmode=" + mode)));

                assertThat(TargetFault.from(thrown).code()).isEqualTo("TARGET_TLS_FAILED");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 9})
    void refusesToAuthenticateWithTheMachinesOwnTickets(int authenticationType) throws Exception {
        try (var kerberos = new FakeServer(socket -> FakeServer.demand(socket, authenticationType))) {
            TargetFault fault = fault(kerberos);

            assertThat(fault.code()).isEqualTo("TARGET_LOGIN_REFUSED");
            assertThat(fault.message()).contains("Kerberos");
        }
    }

    @Test
    void doesNotListenToAnEndlessAnswer() throws Exception {
        try (var talkative = new FakeServer(socket -> {
            var out = socket.getOutputStream();
            out.write(new byte[] {'E', 0x7f, 0, 0, 0});
            while (true) {
                out.write(new byte[1 << 16]);
            }
        })) {
            assertThat(fault(talkative).code()).isEqualTo("TARGET_ANSWER_TOO_LONG");
        }
    }

    @Test
    void doesNotKeepAResultThatIsTooLarge() throws Exception {
        TargetConnector modest = Targets.connector(
                Map.of("dbsync.targets.allow-private-networks", "true", "dbsync.targets.max-answer", "1M"),
                InetAddress::getAllByName,
                null);
        Throwable thrown = catchThrowable(() -> {
            try (Connection connection = modest.connect(ConnectionString.parse(target.connectionString()))) {
                text(connection, "SELECT repeat('x', 1000) FROM generate_series(1, 100000)");
            }
        });

        assertThat(thrown).isInstanceOf(SQLException.class);
        assertThat(TargetFault.from(thrown).message()).doesNotContain("xxx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "<b>", "42P01x", "\u202e1234"})
    void survivesAServerWhoseErrorsAreNone(String sqlState) throws Exception {
        try (var rude = new FakeServer(socket -> FakeServer.fail(socket, sqlState, "no\u001b[31m"))) {
            TargetFault fault = fault(rude);

            assertThat(fault.code()).isEqualTo("TARGET_ERROR");
            assertThat(fault.sqlState()).isEqualTo("XX000");
            assertThat(fault.message()).doesNotContain("\u001b");
        }
    }

    @Test
    void explainsAServerThatIsNoPostgres() throws Exception {
        byte[] answer = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (var web = new FakeServer(socket -> socket.getOutputStream().write(answer))) {
            assertThat(fault(web).scope()).isEqualTo(TargetFault.Scope.CONNECTION);
        }
    }

    private TargetFault fault(FakeServer server) {
        return TargetFault.from(
                catchThrowable(() -> connector.connect(settings("127.0.0.1", server.port(), "?sslmode=disable"))));
    }

    private static ConnectionSettings settings(String host, int port, String query) throws Exception {
        return ConnectionString.parse("postgres://u:hunter2@" + host + ":" + port + "/d" + query);
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
