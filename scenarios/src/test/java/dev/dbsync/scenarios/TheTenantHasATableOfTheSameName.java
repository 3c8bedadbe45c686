package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table, or anything else, that is called {@code users} was there before us. */
class TheTenantHasATableOfTheSameName {

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    private Tenant tenant;
    private TestDatabase target;

    @BeforeEach
    void create() {
        tenant = installation.tenant();
        tenant.everything();
        target = installation.target();
    }

    @Test
    void andItIsNotTouchedAndOursComesWhenItIsRenamed() {
        target.execute(
                "CREATE TABLE users (id serial PRIMARY KEY, mine text NOT NULL)",
                "CREATE TABLE orders (buyer int REFERENCES users)",
                "INSERT INTO users (mine) VALUES ('one'), ('two')",
                "INSERT INTO orders VALUES (1), (2)");
        String before = fingerprint("users");

        tenant.connect("main", target, Map.of());
        assertRefusedAndOthersGoOn();
        tenant.user("A change makes no difference");
        tenant.team("But teams follow");
        assertRefusedAndOthersGoOn();
        assertThat(fingerprint("users")).isEqualTo(before);

        target.execute("ALTER TABLE users RENAME TO customers");

        Oracle.awaitEqual(tenant, target);
        assertThat(fingerprint("customers")).isEqualTo(before);
        assertThat(target.queryLong("SELECT count(*) FROM orders JOIN customers ON buyer = id"))
                .isEqualTo(2);
        Eventually.holds(() -> assertThat(users().path("error").isNull()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE users (LIKE made.users INCLUDING ALL)",
                "CREATE VIEW users AS SELECT * FROM made.users",
                "CREATE MATERIALIZED VIEW users AS SELECT * FROM made.users",
                "CREATE SEQUENCE users",
                "CREATE TYPE users AS (id uuid)"
            })
    void noMatterWhatItIs(String statement) {
        tenant.connect("made", target, Map.of("schema", "made"));
        Oracle.awaitEqual(tenant, target, "made");
        installation.admin().delete("/tenancies/" + tenant.id() + "/external-databases/made");
        target.execute(statement);

        tenant.connect("main", target, Map.of());

        Eventually.holds(() -> {
            assertThat(users().at("/error/code").asText()).isEqualTo("TARGET_TABLE_NOT_OWNED");
            assertThat(Oracle.actual(target, "public", "teams")).isEqualTo(Oracle.expected(tenant, "teams"));
        });
        assertThat(target.queryLong("SELECT count(*) FROM made.users")).isEqualTo(5);
    }

    private void assertRefusedAndOthersGoOn() {
        Eventually.holds(() -> {
            JsonNode error = users().path("error");
            assertThat(error.path("code").asText()).isEqualTo("TARGET_TABLE_NOT_OWNED");
            assertThat(error.path("blame").asText()).isEqualTo("destination");
            assertThat(error.path("remedy").asText()).contains("Rename");
            for (String mapping : Oracle.MAPPINGS) {
                if (!mapping.equals("users")) {
                    assertThat(Oracle.actual(target, "public", mapping)).isEqualTo(Oracle.expected(tenant, mapping));
                }
            }
        });
    }

    private JsonNode users() {
        return tenant.mapping("main", "users");
    }

    /** Rows with their versions, columns, indexes, grants and comment: whatever we might have done to it would show. */
    private String fingerprint(String table) {
        List<Map<String, Object>> rows = target.query("SELECT xmin::text, xmax::text, ctid::text, * FROM " + table);
        List<Map<String, Object>> columns = target.query("""
                SELECT attname, atttypid, attnotnull FROM pg_attribute WHERE attrelid = ?::regclass ORDER BY attnum
                """, table);
        List<Map<String, Object>> more = target.query("""
                SELECT c.oid, c.relacl::text, obj_description(c.oid), relowner,
                       (SELECT array_agg(indexrelid)::text FROM pg_index WHERE indrelid = c.oid) AS indexes
                FROM pg_class AS c WHERE c.oid = ?::regclass
                """, table);
        return rows + "\n" + columns + "\n" + more;
    }
}
