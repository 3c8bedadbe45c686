package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.receive.SyncSummary;
import dev.dbsync.engine.secret.ConnectionCipher;
import dev.dbsync.harness.TestDatabase;
import java.util.UUID;

/** Plays the application, its capture triggers and the sequencer for the engine under test. */
public final class SyncFixture {

    /** The columns of mapping {@code every_type} over {@code app."Every.Type"}, as its target should show them. */
    static final String EXPECTED = """
            SELECT region, id, u, t, b, i, d, n, day, at, local, utc AT TIME ZONE 'UTC' AS utc, j, x, texts, numbers, moments,
                   (SELECT l.text FROM app.label AS l WHERE l.id = s.label) AS label
            FROM app."Every.Type" AS s WHERE NOT hidden AND tenant = '%s' ORDER BY region, id""";

    static final String ACTUAL = "SELECT * FROM %s.every_type ORDER BY region, id";

    private static final String TABLE = "app.Every.Type";

    private final TestDatabase internal;

    public SyncFixture(TestDatabase internal) {
        this.internal = internal;
        internal.execute(
                "CREATE SCHEMA IF NOT EXISTS app",
                "CREATE TABLE IF NOT EXISTS app.label (id integer PRIMARY KEY, text text)",
                """
                CREATE TABLE IF NOT EXISTS app."Every.Type" (
                    tenant uuid, region text, id bigint, hidden boolean DEFAULT false, u uuid, t text, b boolean, i integer,
                    d double precision, n numeric, day date, at timestamptz, local timestamp, utc timestamp, j jsonb, x bytea,
                    texts text[], numbers integer[], moments timestamptz[], label integer, PRIMARY KEY (tenant, region, id))""",
                "INSERT INTO dbsync.\"CaptureGeneration\" (\"tableName\", \"reason\") SELECT t, 'installed'"
                        + " FROM unnest(ARRAY['" + TABLE + "', 'app.label']) AS t"
                        + " WHERE NOT EXISTS (SELECT FROM dbsync.\"CaptureGeneration\" AS g WHERE g.\"tableName\" = t)");
    }

    /** Inserts or updates a row and logs it. */
    public void put(UUID tenancy, String region, long id, String assignments) {
        internal.update(
                "INSERT INTO app.\"Every.Type\" (tenant, region, id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                tenancy,
                region,
                id);
        internal.update(
                "UPDATE app.\"Every.Type\" SET " + assignments + " WHERE tenant = ? AND region = ? AND id = ?",
                tenancy,
                region,
                id);
        changed(tenancy, region, id);
    }

    public void changed(UUID tenancy, String region, long id) {
        internal.update(
                "INSERT INTO dbsync.\"ChangedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\")"
                        + " VALUES (?, ?, jsonb_build_object('tenant', ?::uuid, 'region', ?::text, 'id', ?::bigint))",
                tenancy,
                TABLE,
                tenancy,
                region,
                id);
    }

    public void delete(UUID tenancy, String region, long id) {
        internal.update(
                "DELETE FROM app.\"Every.Type\" WHERE tenant = ? AND region = ? AND id = ?", tenancy, region, id);
        internal.update(
                "INSERT INTO dbsync.\"DeletedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\", \"data\")"
                        + " VALUES (?, ?, jsonb_build_object('tenant', ?::uuid, 'region', ?::text, 'id', ?::bigint),"
                        + " jsonb_build_object('region', ?::text, 'id', ?::bigint))",
                tenancy,
                TABLE,
                tenancy,
                region,
                id,
                region,
                id);
    }

    /** Gives every entry its id. */
    public void sequence() {
        long pending;
        do {
            internal.query("SELECT * FROM dbsync.backfill_null_sequence_ids()");
            pending = internal.queryLong(
                    "SELECT (SELECT count(*) FROM dbsync.\"ChangedRow\" WHERE \"shouldUpdateSequenceId\")"
                            + " + (SELECT count(*) FROM dbsync.\"DeletedRow\" WHERE \"shouldUpdateSequenceId\")");
        } while (pending > 0);
    }

    public void truncated() {
        internal.update(
                "INSERT INTO dbsync.\"CaptureGeneration\" (\"tableName\", \"reason\") VALUES (?, 'truncated')", TABLE);
    }

    /** Configures an external database that wants {@code every_type}. */
    public void connect(ConnectionCipher cipher, UUID tenancyId, String id, TestDatabase database, String schema) {
        connect(cipher, tenancyId, id, database, database.port(), schema);
    }

    /** Likewise, by another port of the same host. */
    public void connect(
            ConnectionCipher cipher, UUID tenancyId, String id, TestDatabase database, int port, String schema) {
        String connectionString = database.connectionString().replace(":" + database.port() + "/", ":" + port + "/");
        var secret = cipher.encrypt(connectionString + "?sslmode=disable", tenancyId, id);
        internal.update(
                "INSERT INTO dbsync.\"ExternalDatabase\" (\"tenancyId\", \"id\", \"type\", \"connectionCiphertext\", \"connectionKeyId\","
                        + " \"host\", \"port\", \"database\", \"user\", \"schema\", \"mappings\")"
                        + " VALUES (?, ?, 'postgres', ?, ?, ?, ?, ?, ?, ?, ARRAY['every_type'])",
                tenancyId,
                id,
                secret.ciphertext(),
                secret.keyId(),
                database.host(),
                port,
                database.name(),
                database.username(),
                schema);
    }

    /** A delivery comes, for tests of other packages. */
    public SyncSummary sync(TenancySyncService service, UUID tenancy) {
        return service.sync(tenancy);
    }

    /** Fails unless the target holds exactly what it should. */
    public void assertSame(UUID tenancyId, TestDatabase target) {
        String asText = "SELECT string_agg(q::text, E'\\n') FROM (%s) AS q";
        assertThat(target.queryText(asText.formatted(ACTUAL.formatted("public"))))
                .isEqualTo(internal.queryText(asText.formatted(EXPECTED.formatted(tenancyId))));
    }
}
