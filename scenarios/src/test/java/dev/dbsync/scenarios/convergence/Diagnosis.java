package dev.dbsync.scenarios.convergence;

import dev.dbsync.harness.TestDatabase;
import dev.dbsync.scenarios.convergence.Comparison.Difference;
import java.util.ArrayList;
import java.util.List;

/** What the internal database, the targets and the logs say about a run that did not converge. */
final class Diagnosis {

    private static final List<String> INTERNAL = List.of(
            "SELECT * FROM dbsync.\"SequencerState\"",
            "SELECT * FROM dbsync.\"SequenceEpoch\" ORDER BY 1 DESC LIMIT 5",
            "SELECT * FROM dbsync.\"CaptureGeneration\" ORDER BY 1 DESC LIMIT 5",
            "SELECT * FROM dbsync.\"ExternalDbSyncMetadata\"",
            "SELECT *, now() FROM dbsync.\"OutgoingRequest\" LIMIT 20",
            "SELECT * FROM dbsync.\"PendingExpansion\" LIMIT 20",
            "SELECT * FROM dbsync.\"ChangedRow\" WHERE \"shouldUpdateSequenceId\" LIMIT 20",
            "SELECT * FROM dbsync.\"DeletedRow\" WHERE \"shouldUpdateSequenceId\" LIMIT 20",
            "SELECT to_jsonb(d) - 'connectionCiphertext' AS d FROM dbsync.\"ExternalDatabase\" AS d",
            "SELECT * FROM dbsync.\"ExternalDatabaseMapping\" WHERE \"errorCode\" IS NOT NULL OR \"state\" <> 'following'",
            "SELECT pid, state, wait_event, now() - xact_start AS open, left(query, 60) AS query FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND pid <> pg_backend_pid()");

    private static final String ENTRIES = """
            SELECT 'changed' AS log, to_jsonb(c) AS entry FROM dbsync."ChangedRow" AS c WHERE "primaryKey"::text LIKE '%%%1$s%%'
            UNION ALL
            SELECT 'deleted', to_jsonb(d) FROM dbsync."DeletedRow" AS d
            WHERE "primaryKey"::text LIKE '%%%1$s%%' OR "data"::text LIKE '%%%1$s%%'
            ORDER BY 1, 2 LIMIT 50""";

    private static final int MOST_DIFFERENCES = 5;

    private Diagnosis() {}

    static List<String> of(Cluster cluster, Operator operator, List<Difference> differences) {
        var lines = new ArrayList<String>();
        lines.add("Settings " + cluster.settings());
        differences.stream().limit(MOST_DIFFERENCES).forEach(difference -> {
            lines.add("Log entries of " + difference.mapping() + " " + difference.key());
            difference
                    .key()
                    .values()
                    .forEach(value -> query(lines, cluster.internal(), ENTRIES.formatted(value.asText())));
        });
        INTERNAL.forEach(sql -> query(lines, cluster.internal(), sql));
        for (Destination destination : operator.connected()) {
            lines.add(destination + ": " + operator.statusOf(destination));
            query(
                    lines,
                    destination.database(),
                    "SELECT mapping_name, last_synced_sequence_id, phase, epoch, capture_generation FROM \""
                            + destination.schema() + "\"._external_db_sync_metadata");
        }
        lines.add("Logs are in " + cluster.logs());
        cluster.firsts().forEach(replica -> lines.add(replica + ":\n" + replica.logTail()));
        return lines;
    }

    private static void query(List<String> lines, TestDatabase database, String sql) {
        lines.add(sql.lines().findFirst().orElseThrow());
        try {
            database.query(sql).forEach(row -> lines.add("  " + row.toString().replace('\n', ' ')));
        } catch (IllegalStateException e) {
            lines.add("  " + e.getMessage());
        }
    }
}
