package dev.dbsync.engine.verify;

import static dev.dbsync.common.mapping.TableName.quote;
import static dev.dbsync.engine.Operator.operator;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.sync.OneDestination;
import dev.dbsync.engine.target.RowText;
import dev.dbsync.engine.verify.VerificationView.MappingView;
import dev.dbsync.harness.LyingProxy;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever a tenant's database says, or is, while it is compared: the verification comes to an end, soon and with little memory, and says
 * whose fault it was; and nothing but our own table is written to.
 */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(HostileVerificationTest.Impatient.class)
class HostileVerificationTest extends OneDestination {

    /** Slices are done by the test, each on a connection of its own; little patience with statements. */
    public static class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "dbsync.mappings-directory", "src/test/resources/mappings",
                    "dbsync.engine.max-quarantined-rows", "3",
                    "dbsync.targets.statement-timeout", "2s",
                    "dbsync.targets.socket-timeout", "4s",
                    "dbsync.targets.warm-connections", "0",
                    "dbsync.verify.enabled", "false",
                    "dbsync.verify.piece-rows", "500",
                    "dbsync.verify.settle-time", "1s");
        }
    }

    private static final Duration SOON = Duration.ofSeconds(30);

    /** An answer's worth and what is made of it, several times. */
    private static final long LITTLE_MEMORY = 96L << 20;

    /** What a range of keys that begin with a text may hold. */
    private static final long MOST_ROWS = 5000;

    private static final String ABSURD = "SELECT q.bucket, 900000000000000::bigint, q.hash FROM (%s) AS q";

    /** Answers to other questions than ours; each of them is the fault of the destination, or harmless. */
    enum Lie {
        ABSURD_COUNTS("bit_xor", ABSURD, null),
        BOUNDARY_BEFORE_THE_FIRST_KEY("OFFSET $", "SELECT q.* FROM (%s) AS q UNION ALL SELECT '', '0'", null),
        NEGATIVE_COUNTS("bit_xor", "SELECT q.bucket, -q.rows, q.hash FROM (%s) AS q", "TARGET_ERROR"),
        SUMS_OF_NULLS("bit_xor", "SELECT NULL::bigint, NULL::bigint, NULL::bigint FROM (%s) AS q", "TARGET_ERROR"),
        SUMS_OF_WORDS("bit_xor", "SELECT 'x'::text, 'y'::text, 'z'::text FROM (%s) AS q", "TARGET_ERROR"),
        TOO_FEW_COLUMNS("bit_xor", "SELECT q.bucket FROM (%s) AS q", "TARGET_ERROR"),
        TOO_MANY_BUCKETS("bit_xor", "SELECT generate_series(1, 5000), q.rows, q.hash FROM (%s) AS q", "TARGET_ERROR"),
        ENDLESS_BUCKETS(
                "bit_xor",
                "SELECT generate_series(1, 2000000000), q.rows, q.hash FROM (%s) AS q",
                "TARGET_ANSWER_TOO_LONG"),
        SLEEP("bit_xor", "SELECT q.* FROM (%s) AS q, pg_sleep(60)", "TARGET_TIMEOUT"),
        BOUNDARY_OF_WORDS("OFFSET $", "SELECT q.* FROM (%s) AS q UNION ALL SELECT 'r', 'none'", "TARGET_ERROR"),
        BOUNDARY_OF_NULLS("OFFSET $", "SELECT q.* FROM (%s) AS q UNION ALL SELECT 'r', NULL", "TARGET_ERROR"),
        KEYS_OF_WORDS("SELECT r.k0", "SELECT q.k0, 'none'::text, q.h FROM (%s) AS q", "TARGET_ERROR"),
        KEYS_OF_NULLS("SELECT r.k0", "SELECT q.k0, NULL::text, q.h FROM (%s) AS q", "TARGET_ERROR"),
        HUGE_KEYS("SELECT r.k0", "SELECT repeat('x', 50000000), q.k1, q.h FROM (%s) AS q", "TARGET_ANSWER_TOO_LONG"),
        TOO_MANY_KEYS(
                "SELECT r.k0", "SELECT 'x' || generate_series(1, 20000), q.k1, q.h FROM (%s) AS q", "TARGET_ERROR"),
        ROWS_THAT_NOBODY_ASKED_FOR("SELECT r.n", "SELECT q.n + 1000000, q.h FROM (%s) AS q", "TARGET_ERROR"),
        NO_COLUMNS("pg_relation_filenode", shapes("NULL::text[]", "q.types"), "TARGET_ERROR"),
        COLUMNS_OF_NUMBERS("pg_relation_filenode", shapes("ARRAY[1, 2]", "q.types"), "TARGET_ERROR"),
        COLUMNS_OF_NULLS("pg_relation_filenode", shapes("ARRAY[NULL]::text[]", "q.types"), "TARGET_ERROR"),
        OTHER_TYPES_THAN_COLUMNS("pg_relation_filenode", shapes("q.columns", "ARRAY['text']"), "TARGET_ERROR"),
        SILENCE("bit_xor", null, "TARGET_UNREACHABLE");

        private final String about;
        private final UnaryOperator<String> instead;
        private final String code;

        Lie(String about, String instead, String code) {
            this.about = about;
            this.instead = instead == null ? LyingProxy.SILENCE : instead::formatted;
            this.code = code;
        }

        private static String shapes(String columns, String types) {
            return "SELECT q.name, q.identity, q.comment, " + columns + " AS columns, " + types
                    + " AS types, q.not_null, q.key, q.key_name, q.watched FROM (%s) AS q";
        }
    }

    @Inject
    MappingCatalog catalog;

    @Inject
    Verifier verifier;

    @Inject
    VerificationStore store;

    private final String role = "hostile_" + tenancy.toString().substring(0, 8);

    private LyingProxy proxy;

    @Override
    protected void connectTarget() {
        PostgresServer.shared().createRole(role, "password-of-the-role");
        target.execute("ALTER SCHEMA public OWNER TO " + role);
        proxy = LyingProxy.before(target);
        app.connect(cipher, tenancy, "main", target.as(role, "password-of-the-role"), proxy.port(), "public");
    }

    @Override
    protected void targetIsGone() {
        proxy.close();
        PostgresServer.shared().execute("DROP ROLE " + role);
    }

    private void copied(int rows) {
        internal.update(
                "INSERT INTO app.\"Every.Type\" (tenant, region, id, t) SELECT ?, 'r', g, 'row ' || g FROM generate_series(0, ?) AS g",
                tenancy,
                rows - 1);
        app.sequence();
        assertThat(app.sync(service, tenancy)).isEqualTo(SYNCED);
    }

    @ParameterizedTest
    @EnumSource(Lie.class)
    void aLieEndsTheVerificationAndIsTheDestinationsFault(Lie lie) {
        copied(60);
        target.execute("UPDATE every_type SET t = 'by hand' WHERE id = 21");
        proxy.lie(lie.about, lie.instead);
        request(tenancy, "{}");
        lastAttempt();
        long begun = System.nanoTime();
        long before = allocatedHere();

        VerificationView view = finished(tenancy);

        assertThat(allocatedHere() - before).as("bytes allocated").isLessThan(LITTLE_MEMORY);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
        if (lie.code != null) {
            assertFailed(view, lie.code);
        } else {
            assertThat(view.state()).as("error %s", view.error()).isEqualTo("done");
            MappingView found = view.mappings().get(0);
            assertThat(List.of(found.result(), found.missing(), found.extra(), found.different()))
                    .containsExactly("different", "0", "0", "1");
            assertThat(Long.parseLong(found.rowsCompared())).isBetween(60L, MOST_ROWS);
        }
    }

    /** The scrubber pays for rows with time, and there is one of it for all tenants. */
    @Test
    void anAbsurdCountDoesNotStopTheScrubber() {
        copied(60);
        proxy.lie("bit_xor", ABSURD::formatted);
        app.put(tenancy, "r", 7, "t = 'in flight'");
        internal.execute("UPDATE dbsync.\"ExternalDatabase\" SET \"createdAt\" = now() - interval '2 days'");
        assertThat(store.schedule()).isTrue();

        verifier.runOnce();

        assertThat(internal.queryText("SELECT \"state\" FROM dbsync.\"Verification\""))
                .as("a key is in flight")
                .isEqualTo("running");
        assertThat(internal.queryLong(
                        "SELECT count(*) FROM dbsync.\"Verification\" WHERE \"dueAt\" < now() + interval '1 minute'"))
                .isEqualTo(1);
    }

    @Test
    void theOthersAreVerifiedWhileOneIsSilent() {
        copied(60);
        proxy.lie("bit_xor", LyingProxy.SILENCE);
        var other = UUID.randomUUID();
        TestDatabase good = PostgresServer.shared().createDatabase("good");
        try {
            app.connect(cipher, other, "main", good, "public");
            app.put(other, "r", 1, "t = 'x'");
            app.sequence();
            assertThat(app.sync(service, other)).isEqualTo(SYNCED);
            request(tenancy, "{}");
            request(other, "{}");

            VerificationView view = finished(other);

            assertThat(view.mappings().get(0).result()).isEqualTo("identical");
            assertThat(store.history(tenancy, "main").get(0).finishedAtMillis())
                    .as("the silent one is still tried")
                    .isNull();
        } finally {
            good.drop();
        }
    }

    /**
     * As many rows, whose hashes come to the same sums: whoever knows the hash finds some by solving 63 linear equations. So nobody may know
     * it before the rows are compared.
     */
    @Test
    void rowsThatWereChosenToHaveTheSameSumsAreFound() {
        copied(400);
        Mapping mapping = catalog.get("every_type").orElseThrow();
        String sql = "SELECT t.id, " + hash(mapping, "t.\"t\"") + " AS was, " + hash(mapping, "'by hand ' || t.id")
                + " AS planted FROM every_type AS t";
        var ids = new ArrayList<Long>();
        var changes = new ArrayList<Long>();
        for (Map<String, Object> row : target.query(sql)) {
            long was = (Long) row.get("was");
            long planted = (Long) row.get("planted");
            if (was >= 0 && planted >= 0) {
                ids.add((Long) row.get("id"));
                changes.add(was ^ planted);
            }
        }
        List<Long> chosen = cancelling(changes).stream().mapToObj(ids::get).toList();
        for (long id : chosen) {
            target.execute("UPDATE every_type SET t = 'by hand ' || id WHERE id = " + id);
        }

        request(tenancy, "{}");
        MappingView found = finished(tenancy).mappings().get(0);

        assertThat(List.of(found.result(), found.different()))
                .containsExactly("different", Integer.toString(chosen.size()));
    }

    private static String hash(Mapping mapping, String t) {
        return RowText.hash(
                "''",
                mapping.columns().stream()
                        .map(column -> column.name().equals("t") ? t : "t." + quote(column.name()))
                        .toList(),
                mapping.columns().stream().map(Mapping.Column::type).toList());
    }

    /** The places of some of these numbers whose exclusive or is zero; there are some if there are more numbers than bits. */
    private static BitSet cancelling(List<Long> numbers) {
        var basis = new long[Long.SIZE];
        var madeOf = new BitSet[Long.SIZE];
        for (int i = 0; i < numbers.size(); i++) {
            long rest = numbers.get(i);
            var of = new BitSet();
            of.set(i);
            while (rest != 0) {
                int top = Long.SIZE - 1 - Long.numberOfLeadingZeros(rest);
                if (basis[top] == 0) {
                    basis[top] = rest;
                    madeOf[top] = of;
                    break;
                }
                rest ^= basis[top];
                of.xor(madeOf[top]);
            }
            if (rest == 0) {
                return of;
            }
        }
        throw new AssertionError("Too few numbers");
    }

    /** What stands in the place of our table while the ranges are compared. */
    enum Replacement {
        ENDLESS_VIEW(
                "TARGET_TIMEOUT",
                "CREATE VIEW every_type AS SELECT m.* FROM moved AS m, generate_series(1, 1000000000)"),
        VIEW_WITH_OTHER_TYPES(
                "TARGET_ERROR",
                "CREATE VIEW every_type AS SELECT region, id || 'x' AS id, u, t, b, i, d, n, day, at, local, utc, j, x, texts, numbers,"
                        + " moments, label FROM moved"),
        VIEW_THAT_RAISES(
                "TARGET_ROW_REFUSED",
                "CREATE FUNCTION raise(text) RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION 'bad %', $1; END $f$",
                "CREATE VIEW every_type AS SELECT region, id, u, raise(t) AS t, b, i, d, n, day, at, local, utc, j, x, texts, numbers,"
                        + " moments, label FROM moved"),
        TABLE_THAT_IS_NOT_OURS(null, "CREATE TABLE every_type (LIKE moved INCLUDING ALL)"),
        NOTHING("TARGET_TABLE_ALTERED");

        private final String code;
        private final String[] statements;

        Replacement(String code, String... statements) {
            this.code = code;
            this.statements = statements;
        }
    }

    @ParameterizedTest
    @EnumSource(Replacement.class)
    void whatTakesTheTablesPlaceMeanwhileIsTold(Replacement replacement) {
        copied(60);
        request(tenancy, "{}");
        lastAttempt();
        internal.execute("UPDATE dbsync.\"VerificationMapping\" SET \"startedAt\" = now(), \"sequenceId\" = 1");
        target.execute("ALTER TABLE every_type RENAME TO moved");
        target.execute(replacement.statements);
        if (replacement != Replacement.NOTHING) {
            target.execute("ALTER TABLE every_type OWNER TO " + role);
        }

        VerificationView view = finished(tenancy);

        if (replacement.code != null) {
            assertFailed(view, replacement.code);
        } else {
            MappingView found = view.mappings().get(0);
            assertThat(List.of(found.result(), found.missing())).containsExactly("copied_again", "0");
        }
    }

    /** Repairs are owed when the tenant puts a view there, whose trigger would have our role write what the tenant likes. */
    @Test
    void aRepairWritesToOurOwnTableOnly() {
        copied(60);
        request(tenancy, "{\"repair\":true}");
        lastAttempt();
        internal.execute(
                "UPDATE dbsync.\"VerificationMapping\" SET \"startedAt\" = now(), \"sequenceId\" = 1, \"comparedAt\" = now(),"
                        + " \"missing\" = 1, \"owed\" = '[[\"r\", \"10\"]]'");
        target.execute(
                "CREATE TABLE spied (by text)",
                "ALTER TABLE spied OWNER TO " + role,
                "ALTER TABLE every_type RENAME TO moved",
                "DELETE FROM moved WHERE id = 10",
                "CREATE VIEW every_type AS SELECT * FROM moved",
                "ALTER VIEW every_type OWNER TO " + role,
                "CREATE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO spied VALUES (current_user); RETURN NEW; END $f$",
                "CREATE TRIGGER spy INSTEAD OF INSERT OR UPDATE OR DELETE ON every_type FOR EACH ROW EXECUTE FUNCTION spy()");

        MappingView found = finished(tenancy).mappings().get(0);

        assertThat(List.of(found.result(), found.repaired())).containsExactly("copied_again", "0");
        assertThat(target.queryLong("SELECT count(*) FROM spied")).isZero();
        assertThat(target.queryLong("SELECT count(*) FROM moved")).isEqualTo(59);
    }

    @Test
    void aTriggerThatSwallowsARepairIsTold() {
        copied(60);
        target.execute(
                "UPDATE every_type SET t = 'by hand' WHERE id = 21",
                "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NULL; END $f$",
                "CREATE TRIGGER swallow BEFORE INSERT OR UPDATE ON every_type FOR EACH ROW EXECUTE FUNCTION swallow()");
        request(tenancy, "{\"repair\":true}");
        lastAttempt();

        assertFailed(finished(tenancy), "TARGET_ROWS_NOT_KEPT");
    }

    /** Else it would be tried four times a second for as long as a verification may take. */
    @Test
    void aTableThatRefusesEveryRepairFailsIt() {
        copied(60);
        target.execute(
                "UPDATE every_type SET t = 'by hand'",
                "ALTER TABLE every_type ADD CONSTRAINT by_hand_only CHECK (t = 'by hand')");
        request(tenancy, "{\"repair\":true}");
        lastAttempt();

        VerificationView view = finished(tenancy);

        assertFailed(view, "TARGET_ROW_REFUSED");
        assertThat(view.mappings().get(0).repaired()).isEqualTo("0");
        assertThat(internal.queryLong("SELECT count(*) FROM dbsync.\"QuarantinedRow\""))
                .isZero();
    }

    /** The role may be powerful in that database; whoever may create a function there is not to act with its rights. */
    @Test
    void whatIsCalledLikeTheServersOwnIsNotForAVerification() {
        copied(60);
        target.execute(
                "UPDATE every_type SET t = 'by hand' WHERE id = 21",
                "DELETE FROM every_type WHERE id = 22",
                "CREATE TABLE hijacked (by text)",
                "GRANT INSERT ON hijacked TO PUBLIC",
                planted("quote_nullable(text)", "text", "'x'"),
                planted("sha256(bytea)", "bytea", "''::bytea"),
                planted("convert_to(text, name)", "bytea", "''::bytea"),
                planted("concat_ws(text, text)", "text", "'x'"),
                planted("bit_xor(bigint)", "bigint", "7::bigint"),
                planted("count(bigint)", "bigint", "7::bigint"),
                planted("unnest(text[])", "SETOF text", "NULL::text"),
                planted("equal(bigint, bigint)", "boolean", "true"),
                planted("equal(text, text)", "boolean", "true"),
                planted("shifted(bigint, integer)", "bigint", "7::bigint"),
                "CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = public.equal)",
                "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.equal)",
                "CREATE OPERATOR public.> (LEFTARG = text, RIGHTARG = text, FUNCTION = public.equal)",
                "CREATE OPERATOR public.<= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.equal)",
                "CREATE OPERATOR public.>> (LEFTARG = bigint, RIGHTARG = integer, FUNCTION = public.shifted)",
                "ALTER ROLE " + role + " SET search_path = public, pg_catalog");

        request(tenancy, "{\"repair\":true}");
        VerificationView view = finished(tenancy);

        assertThat(view.state()).as("error %s", view.error()).isEqualTo("done");
        assertThat(List.of(
                        view.mappings().get(0).result(), view.mappings().get(0).repaired()))
                .containsExactly("identical", "2");
        assertThat(target.queryLong("SELECT pg_catalog.count(*) FROM hijacked")).isZero();
        app.assertSame(tenancy, target);
    }

    private static String planted(String signature, String returns, String value) {
        return "CREATE FUNCTION public." + signature + " RETURNS " + returns + " LANGUAGE plpgsql VOLATILE AS $f$ BEGIN"
                + " INSERT INTO public.hijacked VALUES ('" + signature + "'); "
                + (returns.startsWith("SETOF") ? "RETURN NEXT " : "RETURN ") + value + "; END $f$";
    }

    private static void assertFailed(VerificationView view, String code) {
        assertThat(view.state()).isEqualTo("failed");
        assertThat(view.error().code()).as(view.error().message()).isEqualTo(code);
        assertThat(view.error().message()).isNotBlank().doesNotContain("row 2", "by hand", "The engine failed");
    }

    private void request(UUID of, String body) {
        operator()
                .body(body)
                .post("/api/latest/internal/external-db-sync/tenancies/" + of + "/external-databases/main/verify")
                .then()
                .statusCode(202);
    }

    /** The tries of one that fails would take a minute. */
    private void lastAttempt() {
        internal.execute("UPDATE dbsync.\"Verification\" SET \"attempts\" = 4");
    }

    private VerificationView finished(UUID of) {
        for (int i = 0; i < 300; i++) {
            verifier.runOnce();
            VerificationView newest = store.history(of, "main").get(0);
            if (newest.finishedAtMillis() != null) {
                return newest;
            }
            internal.execute(
                    "UPDATE dbsync.\"Verification\" SET \"dueAt\" = least(\"dueAt\", now() + interval '50 milliseconds')");
        }
        throw new AssertionError("The verification comes to no end: " + store.history(of, "main"));
    }

    private static long allocatedHere() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
