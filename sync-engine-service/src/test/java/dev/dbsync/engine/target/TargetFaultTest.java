package dev.dbsync.engine.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.dbsync.engine.target.TargetFault.Blame;
import dev.dbsync.engine.target.TargetFault.Pace;
import dev.dbsync.engine.target.TargetFault.Scope;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.io.EOFException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetFaultTest {

    private static final TestDatabase target = PostgresServer.shared().createDatabase("fault");
    private static final TargetConnector connector = Targets.openConnector();

    @BeforeAll
    static void prepare() {
        target.execute(
                "CREATE TABLE guest (id uuid PRIMARY KEY, name varchar(3) NOT NULL CONSTRAINT short_names CHECK (name <> 'bad'))");
        target.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'no room for hunter2'; END $$");
        target.execute("CREATE TABLE full_house (id int)");
        target.execute("CREATE TRIGGER refuse BEFORE INSERT ON full_house FOR EACH ROW EXECUTE FUNCTION refuse()");
    }

    @AfterAll
    static void drop() {
        target.drop();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT * FROM not_there | 42P01 | TARGET_TABLE_ALTERED",
                "CREATE SEQUENCE taken; CREATE TABLE taken (i int) | 42P07 | TARGET_TABLE_NOT_OWNED",
                "CREATE DOMAIN taken AS int; CREATE TABLE taken (i int) | 42710 | TARGET_TABLE_NOT_OWNED",
                "SELECT nickname FROM guest | 42703 | TARGET_TABLE_ALTERED",
                "INSERT INTO guest VALUES (gen_random_uuid(), 'hunter2') | 22001 | TARGET_ROW_REFUSED",
                "INSERT INTO guest VALUES ('hunter2', 'a') | 22P02 | TARGET_ROW_REFUSED",
                "INSERT INTO guest VALUES (gen_random_uuid(), NULL) | 23502 | TARGET_ROW_REFUSED",
                "INSERT INTO guest VALUES (gen_random_uuid(), 'bad') | 23514 | TARGET_ROW_REFUSED",
                "INSERT INTO full_house VALUES (1) | P0001 | TARGET_ROW_REFUSED",
                "SET statement_timeout = 20; SELECT pg_sleep(5) | 57014 | TARGET_TIMEOUT",
                "SELECT 1/0 | 22012 | TARGET_ROW_REFUSED",
                "SELECT nonsense( | 42601 | TARGET_ERROR",
                "CREATE ROLE x; SET ROLE x; CREATE TABLE y (z int) | 42501 | TARGET_PERMISSION_DENIED",
            })
    void readsWhatTheServerSaysWithoutRepeatingRows(String sql, String sqlState, String code) {
        TargetFault fault = TargetFault.from(failure(sql));

        assertThat(fault.sqlState()).isEqualTo(sqlState);
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.scope()).isIn(Scope.MAPPING, Scope.ROW);
        assertThat(fault.blame()).isEqualTo(Blame.DESTINATION);
        assertThat(fault.message()).doesNotContain("hunter2");
        assertThat(fault.remedy()).isNotBlank();
    }

    @Test
    void namesTheConstraintThatRefusedARow() {
        assertThat(TargetFault.from(failure("INSERT INTO guest VALUES (gen_random_uuid(), 'bad')"))
                        .message())
                .isEqualTo(
                        "The database refused a row: a check constraint is violated, table guest, constraint short_names");
    }

    @Test
    void saysThatTheDatabaseTakesNoWrites() {
        TargetFault fault = TargetFault.from(failure("SET TRANSACTION READ ONLY; DELETE FROM guest"));

        assertThat(fault.code()).isEqualTo("TARGET_READ_ONLY");
        assertThat(fault.scope()).isEqualTo(Scope.CONNECTION);
    }

    @Test
    void saysThatALockIsBusy() throws Exception {
        try (Connection holder = target.connect();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE guest");

            TargetFault fault = TargetFault.from(failure("SET lock_timeout = 20; SELECT * FROM guest"));

            assertThat(fault.code()).isEqualTo("TARGET_BUSY");
            assertThat(fault.pace()).isEqualTo(Pace.SOON);
        }
    }

    @Test
    void saysThatTheDatabaseIsMissing() {
        TargetFault fault = connecting(target.connectionString().replace("/" + target.name(), "/no_such_database"));

        assertThat(fault.code()).isEqualTo("TARGET_DATABASE_MISSING");
        assertThat(fault.scope()).isEqualTo(Scope.CONNECTION);
    }

    @Test
    void saysThatTheLoginIsRefusedAndWantsTime() {
        TargetFault fault = connecting(
                "postgres://no_such_role:hunter2@" + target.host() + ":" + target.port() + "/" + target.name());

        assertThat(fault.code()).isEqualTo("TARGET_LOGIN_REFUSED");
        assertThat(fault.pace()).isEqualTo(Pace.LATER);
        assertThat(fault.message()).doesNotContain("hunter2");
    }

    @Test
    void saysThatThereIsNoConnectionLeft() {
        String role = "fault_crowd_" + Long.toHexString(System.nanoTime());
        target.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'crowd' CONNECTION LIMIT 0");
        try {
            TargetFault fault = connecting(target.as(role, "crowd").connectionString());

            assertThat(fault.code()).isEqualTo("TARGET_TOO_MANY_CONNECTIONS");
            assertThat(fault.scope()).isEqualTo(Scope.CONNECTION);
        } finally {
            target.execute("DROP ROLE " + role);
        }
    }

    @Test
    void saysThatNobodyListens() {
        TargetFault fault = connecting("postgres://u:hunter2@127.0.0.1:1/d");

        assertThat(fault.code()).isEqualTo("TARGET_UNREACHABLE");
        assertThat(fault.sqlState()).isNull();
        assertThat(fault.pace()).isEqualTo(Pace.SOON);
    }

    @Test
    void saysThatTheHostIsUnknownOrForbidden() {
        TargetConnector strict = Targets.connector(
                Map.of(),
                host -> {
                    throw new UnknownHostException("secret.internal");
                },
                null);

        TargetFault unknown = TargetFault.from(
                catchThrowable(() -> strict.connect(ConnectionString.parse("postgres://u:hunter2@gone.example/d"))));
        assertThat(unknown.code()).isEqualTo("TARGET_HOST_UNKNOWN");
        assertThat(unknown.message()).doesNotContain("secret.internal");

        TargetFault forbidden = TargetFault.from(
                catchThrowable(() -> strict.connect(ConnectionString.parse("postgres://u:hunter2@10.1/d"))));
        assertThat(forbidden.code()).isEqualTo("FORBIDDEN_ADDRESS");
        assertThat(forbidden.message())
                .isEqualTo("Host '10.0.0.1' is on a private network, where no external database may be");
        assertThat(forbidden.pace()).isEqualTo(Pace.LATER);
    }

    @Test
    void saysThatTheConnectionBroke() {
        assertThat(TargetFault.from(failure("SELECT pg_terminate_backend(pg_backend_pid())"))
                        .code())
                .isEqualTo("TARGET_CONNECTION_LOST");
        assertThat(TargetFault.from(new EOFException()).code()).isEqualTo("TARGET_CONNECTION_LOST");
    }

    @Test
    void unwrapsWhatOthersHaveWrapped() {
        var wrapped =
                new IllegalStateException("Applying failed", new RuntimeException(failure("SELECT * FROM not_there")));

        assertThat(TargetFault.from(wrapped).code()).isEqualTo("TARGET_TABLE_ALTERED");
    }

    @Test
    void takesTheBlameForWhatNoDatabaseDid() {
        TargetFault fault = TargetFault.from(new NullPointerException("hunter2"));

        assertThat(fault.code()).isEqualTo("TARGET_ERROR");
        assertThat(fault.blame()).isEqualTo(Blame.PLATFORM);
        assertThat(fault.message()).doesNotContain("hunter2");
        assertThat(TargetFault.from(looped()).code()).isEqualTo("TARGET_ERROR");
    }

    @Test
    void cutsAndCleansTheServersWords() {
        String hostile = "\u001b[31m\u202egnp.exe\n" + "é".repeat(30);
        TargetFault fault = TargetFault.from(failure("SELECT * FROM \"" + hostile + "\""));

        assertThat(fault.message())
                .hasSizeLessThan(400)
                .doesNotContain("\u001b", "\u202e", "\n")
                .contains("gnp.exe");
    }

    @Test
    void doesNotQuoteWhatAFunctionRaisesWhateverItsState() {
        for (String state : new String[] {"42501", "42P01", "28000", "3D000", "ABC01", "XX000"}) {
            TargetFault fault = TargetFault.from(failure("DO $d$ BEGIN RAISE EXCEPTION USING ERRCODE = '" + state
                    + "', MESSAGE = 'row of joe@example.org'; END $d$"));

            assertThat(fault.sqlState()).isEqualTo(state);
            assertThat(fault.message()).doesNotContain("joe@example.org");
        }
    }

    private static Throwable looped() {
        var outer = new RuntimeException();
        var inner = new RuntimeException(outer);
        outer.initCause(inner);
        return outer;
    }

    private static TargetFault connecting(String text) {
        return TargetFault.from(catchThrowable(() -> connector.connect(ConnectionString.parse(text))));
    }

    private static Throwable failure(String sql) {
        return catchThrowable(() -> {
            try (Connection connection = connector.connect(ConnectionString.parse(target.connectionString()));
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute(sql);
            }
        });
    }
}
