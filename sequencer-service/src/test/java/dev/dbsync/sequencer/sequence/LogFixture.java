package dev.dbsync.sequencer.sequence;

import dev.dbsync.harness.InternalDatabase;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A migrated internal database whose logs, requests and sequencing state are as new before every test. */
final class LogFixture implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    static final String CHANGE =
            "INSERT INTO dbsync.\"ChangedRow\" (\"tenancyId\", \"tableName\", \"primaryKey\") VALUES ('%s', 'T', '{\"id\": %s}')";

    private TestDatabase database;

    @Override
    public void beforeAll(ExtensionContext context) {
        database = InternalDatabase.migrated(PostgresServer.shared()).keepingConnections();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        database.execute("""
                TRUNCATE dbsync."ChangedRow", dbsync."DeletedRow", dbsync."OutgoingRequest", dbsync."PendingExpansion",
                    dbsync."LogStatistics", dbsync."SequencerState", dbsync."SequenceEpoch", dbsync."ExternalDatabaseMapping",
                    dbsync."ExternalDatabase", dbsync."CaptureGeneration", dbsync."SourceHistory", dbsync."QuarantinedRow" RESTART IDENTITY CASCADE;
                INSERT INTO dbsync."SequencerState" DEFAULT VALUES;
                ALTER SEQUENCE dbsync.global_seq_id RESTART;
                UPDATE dbsync."ExternalDbSyncMetadata" SET "sequencerEnabled" = true;
                """);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        database.drop();
    }

    TestDatabase database() {
        return database;
    }

    /** A tenancy with one external database. */
    UUID tenancy() {
        UUID tenancy = UUID.randomUUID();
        destination(tenancy, "db");
        return tenancy;
    }

    void destination(UUID tenancy, String id) {
        database.update("""
                INSERT INTO dbsync."ExternalDatabase"
                    ("tenancyId", "id", "type", "connectionCiphertext", "connectionKeyId", "host", "port", "database", "user")
                VALUES (?, ?, 'postgres', '', 'k', 'h', 5432, 'd', 'u')
                """, tenancy, id);
    }

    void change(UUID tenancy, int key) {
        database.execute(CHANGE.formatted(tenancy, key));
    }

    void changes(UUID tenancy, int count) {
        database.execute("""
                INSERT INTO dbsync."ChangedRow" ("tenancyId", "tableName", "primaryKey")
                SELECT '%s', 'T', jsonb_build_object('id', i) FROM generate_series(1, %d) AS i
                """.formatted(tenancy, count));
    }

    void delete(UUID tenancy, int key) {
        database.update("""
                INSERT INTO dbsync."DeletedRow" ("tenancyId", "tableName", "primaryKey", "data")
                VALUES (?, 'T', jsonb_build_object('id', ?), '{}')
                """, tenancy, key);
    }

    /** One pass of an anonymous sequencer, in a transaction of its own. */
    Map<String, Object> pass() {
        return pass(1000, null, false);
    }

    /** Likewise, of one that remembers the pass before, so that it begins no epoch of its own. */
    Map<String, Object> nextPass() {
        return database.query("""
                        SELECT p.* FROM dbsync."SequencerState" AS s
                        CROSS JOIN LATERAL dbsync.backfill_null_sequence_ids(1000, NULL, s."epoch", s."lastSequenceId") AS p
                        """).get(0);
    }

    Map<String, Object> pass(int batchSize, UUID sequencer, boolean fullSweep) {
        return database.query(
                        "SELECT * FROM dbsync.backfill_null_sequence_ids(?, ?, NULL, NULL, ?)",
                        batchSize,
                        sequencer,
                        fullSweep)
                .get(0);
    }

    long unsequenced() {
        return database.queryLong(
                "SELECT count(*) FROM dbsync.\"ChangedRow\" WHERE \"sequenceId\" IS NULL OR \"shouldUpdateSequenceId\"");
    }

    List<Map<String, Object>> requests() {
        return database.query("SELECT * FROM dbsync.\"OutgoingRequest\" ORDER BY \"deduplicationKey\"");
    }

    /** A connection with a transaction open. */
    Connection begin() throws SQLException {
        Connection connection = database.connect();
        connection.setAutoCommit(false);
        return connection;
    }
}
