package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.receive.SyncSummary;
import dev.dbsync.harness.PostgresServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tenants do to our tables in their databases is told to them, and never taken for success. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(TenantsTamperWithTablesTest.Impatient.class)
@Tag("slow")
class TenantsTamperWithTablesTest extends OneDestination {

    /** Small pages, and little patience with statements. */
    public static class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "dbsync.mappings-directory", "src/test/resources/mappings",
                    "dbsync.engine.page-rows", "7",
                    "dbsync.targets.statement-timeout", "2s");
        }
    }

    private final String role = "tamper_" + tenancy.toString().substring(0, 8);

    @Override
    protected void connectTarget() {
        PostgresServer.shared().createRole(role, "password of the role");
        target.execute("ALTER SCHEMA public OWNER TO " + role);
        app.connect(cipher, tenancy, "main", target.as(role, "password of the role"), "public");
        for (int id = 0; id < 10; id++) {
            app.put(tenancy, "r", id, "t = 'row " + id + "', texts = ARRAY['a', 'b'], i = " + id);
        }
        app.sequence();
    }

    @Override
    protected void targetIsGone() {
        PostgresServer.shared().execute("DROP ROLE " + role);
    }

    @ParameterizedTest
    @ValueSource(strings = {"every_type", "_external_db_sync_metadata", "_external_db_sync_owner"})
    void rowsThatAPolicyHidesAreNotTakenForAbsent(String table) {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute(
                "ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE " + table + " FORCE ROW LEVEL SECURITY",
                "CREATE POLICY some_only ON " + table + " USING (false) WITH CHECK (true)");
        app.delete(tenancy, "r", 1);
        app.put(tenancy, "r", 2, "t = 'changed'");
        app.sequence();

        assertThat(sync()).isEqualTo(OWED);
        assertFault("TARGET_ROW_SECURITY", "BYPASSRLS");

        target.execute("ALTER TABLE " + table + " NO FORCE ROW LEVEL SECURITY");
        assertHeals();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEFORE INSERT OR UPDATE | IF NEW.id = 2 THEN RETURN NULL; END IF; RETURN NEW;",
                "BEFORE INSERT OR UPDATE | NEW.t := upper(NEW.t); RETURN NEW;",
                "BEFORE INSERT OR UPDATE | NEW.texts := NULL; RETURN NEW;",
                "BEFORE DELETE | RETURN NULL;",
                "AFTER INSERT OR UPDATE | DELETE FROM every_type WHERE id = NEW.id AND NEW.id = 2; RETURN NULL;",
                "AFTER DELETE | INSERT INTO every_type SELECT OLD.*; RETURN NULL;"
            })
    void aTriggerThatKeepsRowsFromBeingStoredAsSentIsNoSuccess(String trigger) {
        assertThat(sync()).isEqualTo(SYNCED);
        String[] parts = trigger.split(" \\| ");
        target.execute(
                "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN " + parts[1] + " END $f$",
                "CREATE TRIGGER meddle " + parts[0] + " ON every_type FOR EACH ROW EXECUTE FUNCTION meddle()");
        String before = position();
        app.delete(tenancy, "r", 1);
        app.put(tenancy, "r", 2, "t = 'changed', texts = ARRAY['c']");
        app.sequence();

        assertThat(sync()).isEqualTo(OWED);
        assertFault("TARGET_ROWS_NOT_KEPT", "Drop the trigger");
        assertThat(position()).isEqualTo(before);

        target.execute("DROP TRIGGER meddle ON every_type");
        assertHeals();
    }

    @Test
    void aTriggerThatKeepsPositionsFromBeingStoredIsNoSuccess() {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute(
                "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NULL; END $f$",
                "CREATE TRIGGER meddle BEFORE UPDATE ON _external_db_sync_metadata FOR EACH ROW EXECUTE FUNCTION meddle()");
        app.put(tenancy, "r", 2, "t = 'changed'");
        app.sequence();

        assertThat(sync()).isEqualTo(OWED);
        assertFault("TARGET_ROWS_NOT_KEPT", "Drop the trigger");

        target.execute("DROP TRIGGER meddle ON _external_db_sync_metadata");
        assertHeals();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "INSERT"})
    void aRuleThatDoesNothingInsteadIsNoSuccess(String event) {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute("CREATE RULE meddle AS ON " + event + " TO every_type DO INSTEAD NOTHING");
        app.delete(tenancy, "r", 1);
        app.put(tenancy, "r", 2, "t = 'changed'");
        app.sequence();

        assertThat(sync()).isEqualTo(OWED);
        assertFault("TARGET_ROWS_NOT_KEPT", "Drop the trigger or rule");

        target.execute("DROP RULE meddle ON every_type");
        assertHeals();
    }

    @Test
    void aRuleThatTheServerDoesNotWriteAlongsideParksRows() {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute("CREATE RULE meddle AS ON UPDATE TO every_type DO INSTEAD NOTHING");
        app.put(tenancy, "r", 2, "t = 'changed'");
        app.sequence();
        sync();

        assertThat(parkedFor()).isEqualTo("0A000");
    }

    /** A trigger's names are looked up on the path that the role has, as its maker saw them. */
    @Test
    void aTriggerThatOnlyLooksOnIsWelcome() {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute(
                "CREATE TABLE seen (id bigint)",
                "ALTER TABLE seen OWNER TO " + role,
                "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO seen VALUES (NEW.id); RETURN NULL; END $f$",
                "CREATE TRIGGER look AFTER INSERT OR UPDATE ON every_type FOR EACH ROW EXECUTE FUNCTION look()");
        app.put(tenancy, "r", 2, "t = 'changed'");
        app.sequence();

        assertThat(sync()).isEqualTo(SYNCED);
        assertSame();
        assertThat(target.queryLong("SELECT id FROM seen")).isEqualTo(2);
    }

    @Test
    void aConstraintThatFailsAtTheCommitIsTold() {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute(
                "CREATE TABLE few (i integer PRIMARY KEY)",
                "INSERT INTO few SELECT generate_series(0, 20)",
                "ALTER TABLE few OWNER TO " + role,
                "ALTER TABLE every_type ADD CONSTRAINT few_only FOREIGN KEY (i) REFERENCES few DEFERRABLE INITIALLY DEFERRED");
        app.put(tenancy, "r", 2, "i = 99");
        app.put(tenancy, "r", 3, "t = 'goes on'");
        app.sequence();
        sync();

        assertThat(target.queryText("SELECT t FROM every_type WHERE id = 3")).isEqualTo("goes on");
        assertThat(target.queryText("SELECT i::text FROM every_type WHERE id = 2"))
                .isEqualTo("2");
        assertThat(parkedFor()).isEqualTo("23503");
    }

    @Test
    void aTriggerThatSleepsIsCutOff() {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute(
                "CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $f$",
                "CREATE TRIGGER sleep BEFORE UPDATE ON every_type FOR EACH ROW EXECUTE FUNCTION sleep()");
        app.put(tenancy, "r", 2, "t = 'changed'");
        app.sequence();

        assertThat(sync()).isEqualTo(OWED);
        assertFault("TARGET_TIMEOUT", "slow triggers");

        target.execute("DROP TRIGGER sleep ON every_type");
        assertHeals();
    }

    @Test
    void aPrivilegeThatWasTakenAwayIsMissedByName() {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute("REVOKE INSERT, SELECT ON every_type FROM " + role);
        app.put(tenancy, "r", 2, "t = 'changed'");
        app.sequence();

        assertThat(sync()).isEqualTo(OWED);
        assertFault("TARGET_PERMISSION_DENIED", "Grant the role");

        target.execute("GRANT INSERT, SELECT ON every_type TO " + role);
        assertHeals();
    }

    @Test
    void aViewInPlaceOfOurTableIsRefused() {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute(
                "ALTER TABLE every_type RENAME TO moved",
                "CREATE VIEW every_type AS SELECT * FROM moved WHERE id < 5",
                "COMMENT ON VIEW every_type IS 'External DB Sync: mapping every_type'",
                "ALTER VIEW every_type OWNER TO " + role);
        app.put(tenancy, "r", 2, "t = 'changed'");
        app.sequence();

        assertThat(sync()).isEqualTo(OWED);
        assertFault("TARGET_TABLE_ALTERED", "Drop that table");

        target.execute("DROP VIEW every_type", "ALTER TABLE moved RENAME TO every_type");
        assertHeals();
    }

    @Test
    void anEventTriggerThatRaisesIsTold() {
        target.execute(
                "CREATE FUNCTION never() RETURNS event_trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION 'no DDL on Saturdays'; END $f$",
                "CREATE EVENT TRIGGER never ON ddl_command_start EXECUTE FUNCTION never()");

        assertThat(sync()).isEqualTo(OWED);
        assertFault("TARGET_ROW_REFUSED", "trigger");

        target.execute("DROP EVENT TRIGGER never");
        assertHeals();
    }

    /** The role may be powerful in that database; whoever may create a function there is not to act with its rights. */
    @Test
    void whatIsCalledLikeTheServersOwnIsNotForUs() {
        target.execute(
                "CREATE TABLE hijacked (by text)",
                "GRANT INSERT ON hijacked TO PUBLIC",
                "CREATE DOMAIN public.uuid AS text CHECK (false)",
                "CREATE FUNCTION public.hijack(text) RETURNS boolean LANGUAGE plpgsql AS"
                        + " $f$ BEGIN INSERT INTO hijacked VALUES ($1); RETURN true; END $f$",
                planted("unnest(text[])", "SETOF text", "NULL::text"),
                planted("count(text)", "bigint", "7::bigint"),
                planted("now()", "timestamptz", "'-infinity'::timestamptz"),
                planted("obj_description(oid, text)", "text", "'mine'"),
                planted("pg_relation_filenode(oid)", "oid", "'1'::oid"),
                planted("format_type(oid, integer)", "text", "'mine'"),
                planted("equal(text[], text[])", "boolean", "true"),
                planted("equal(bigint, bigint)", "boolean", "true"),
                planted("equal(text, text)", "boolean", "true"),
                "CREATE OPERATOR public.= (LEFTARG = text[], RIGHTARG = text[], FUNCTION = public.equal)",
                "CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = public.equal)",
                "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.equal)",
                planted("glue(oid, text)", "text", "'mine'"),
                "CREATE OPERATOR public.|| (LEFTARG = oid, RIGHTARG = text, FUNCTION = public.glue)",
                "ALTER ROLE " + role + " SET search_path = public, pg_catalog");
        assertThat(sync()).isEqualTo(SYNCED);
        app.delete(tenancy, "r", 1);
        app.put(tenancy, "r", 2, "t = 'changed', texts = ARRAY['c']");
        app.sequence();

        assertThat(sync()).isEqualTo(SYNCED);
        assertSame();
        assertThat(target.queryLong("SELECT pg_catalog.count(*) FROM hijacked")).isZero();
    }

    private static String planted(String signature, String returns, String value) {
        return "CREATE FUNCTION public." + signature + " RETURNS " + returns + " LANGUAGE plpgsql VOLATILE AS $f$ BEGIN"
                + " INSERT INTO public.hijacked VALUES ('" + signature + "'); "
                + (returns.startsWith("SETOF") ? "RETURN NEXT " : "RETURN ") + value + "; END $f$";
    }

    @Test
    void nothingIsGrantedToPublicWhateverTheDefaultPrivileges() {
        target.execute(
                "ALTER DEFAULT PRIVILEGES FOR ROLE " + role + " GRANT ALL ON TABLES TO PUBLIC",
                "ALTER DEFAULT PRIVILEGES FOR ROLE " + role + " IN SCHEMA public GRANT ALL ON TABLES TO PUBLIC");

        assertThat(sync()).isEqualTo(SYNCED);

        assertThat(target.queryLong("SELECT count(*) FROM pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS a"
                        + " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.grantee = 0"))
                .isZero();
        assertThat(target.queryLong(
                        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"))
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "last_synced_sequence_id = 9223372036854775807",
                "last_synced_sequence_id = -9223372036854775808",
                "epoch = gen_random_uuid()",
                "epoch = NULL",
                "phase = 'odd'",
                "phase = repeat('x', 1000000)",
                "phase = 'copying', page_cursor = '{NULL,1}'",
                "phase = 'copying', page_cursor = '{{a,b},{c,d}}'",
                "phase = 'pending', page_cursor = array_fill('x'::text, ARRAY[10000])",
                "mapping_hash = repeat('x', 1000000)",
                "table_identity = 'another'",
                "capture_generation = -1",
                "rows_copied = 9223372036854775807",
            })
    void aPositionThatIsNotBelievableHarmsNobody(String assignments) {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute("UPDATE _external_db_sync_metadata SET " + assignments);
        app.put(tenancy, "r", 2, "t = 'changed'");
        app.sequence();

        assertThat(sync()).isEqualTo(SYNCED);
        assertSame();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "phase = 'copying', page_cursor = '{x}'",
                "phase = 'copying', page_cursor = array_fill('x'::text, ARRAY[10000])",
                "phase = 'copying', page_cursor = ARRAY['not a uuid', 'r', '1']",
                "phase = 'copying', page_cursor = ARRAY[gen_random_uuid()::text, 'r', '1e99']",
                "phase = 'sweeping', sweep = true, page_cursor = '{x}'",
            })
    void aCursorThatIsNoneIsToldAndNotTheSourcesFault(String assignments) {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute("UPDATE _external_db_sync_metadata SET " + assignments);

        assertThat(sync()).isEqualTo(OWED);
        assertFault("TARGET_POSITION_UNREADABLE", "Delete that row");

        target.execute("DELETE FROM _external_db_sync_metadata");
        assertHeals();
    }

    @Test
    void aMappingOfThatNameLengthIsNotReadToTheEnd() {
        assertThat(sync()).isEqualTo(SYNCED);
        target.execute(
                "ALTER TABLE _external_db_sync_metadata DROP CONSTRAINT _external_db_sync_metadata_pkey",
                "INSERT INTO _external_db_sync_metadata SELECT tenancy_id, repeat('x', 100000000), 0, now(), NULL, 'pending', NULL,"
                        + " false, 0, '', '', 0 FROM _external_db_sync_metadata");

        assertThat(sync()).isEqualTo(OWED);
        assertFault("TARGET_ANSWER_TOO_LONG", "_external_db_sync_metadata");

        target.execute("DELETE FROM _external_db_sync_metadata WHERE length(mapping_name) > 100");
        assertHeals();
    }

    private SyncSummary sync() {
        internal.update(
                "UPDATE dbsync.\"ExternalDatabase\" SET \"nextAttemptAt\" = NULL WHERE \"tenancyId\" = ?", tenancy);
        internal.update("UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"nextAttemptAt\" = now() - interval '1 second'"
                + " WHERE \"nextAttemptAt\" IS NOT NULL");
        return service.sync(tenancy);
    }

    private void assertHeals() {
        assertThat(sync()).isEqualTo(SYNCED);
        assertSame();
    }

    /** The database's fault, or its only mapping's. */
    private void assertFault(String code, String remedy) {
        Map<String, Object> fault = internal.query("""
                        SELECT coalesce(x."errorCode", m."errorCode") AS code, coalesce(x."errorBlame", m."errorBlame") AS blame,
                               coalesce(x."errorMessage", m."errorMessage") AS message, coalesce(x."errorRemedy", m."errorRemedy") AS remedy
                        FROM dbsync."ExternalDatabase" AS x LEFT JOIN dbsync."ExternalDatabaseMapping" AS m USING ("destinationId")
                        WHERE x."tenancyId" = ?""", tenancy).get(0);
        assertThat(fault.get("blame")).as(fault.toString()).isEqualTo("destination");
        assertThat(fault.get("message")).asString().isNotBlank().doesNotContain("changed");
        assertThat(fault.get("remedy")).asString().isNotBlank();
        if (code != null) {
            assertThat(fault.get("code")).as(fault.toString()).isEqualTo(code);
            assertThat(fault.get("remedy")).asString().contains(remedy);
        }
    }

    private String parkedFor() {
        return internal.queryText(
                "SELECT \"errorSqlState\" FROM dbsync.\"QuarantinedRow\" WHERE \"tenancyId\" = ?", tenancy);
    }

    private String position() {
        return target.queryText("SELECT last_synced_sequence_id::text FROM _external_db_sync_metadata");
    }

    private void assertSame() {
        String asText = "SELECT string_agg(q::text, E'\\n') FROM (%s) AS q";
        assertThat(target.queryText(asText.formatted(SyncFixture.ACTUAL.formatted("public"))))
                .isEqualTo(internal.queryText(asText.formatted(SyncFixture.EXPECTED.formatted(tenancy))));
    }
}
