package dev.dbsync.engine.target.postgres;

import static dev.dbsync.common.mapping.TableName.quote;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.Mapping.Column;
import dev.dbsync.engine.target.RowHashes;
import dev.dbsync.engine.target.RowText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The statements for one schema of a PostgreSQL target. Values arrive as parallel arrays of text, one per column, and are cast
 * there, so that a statement's text does not depend on the number of rows. Immutable and thread-safe.
 */
public final class PostgresDialect {

    static final String OWNER_TABLE = "_external_db_sync_owner";
    static final String METADATA_TABLE = "_external_db_sync_metadata";
    static final String STATUS_VIEW = "_external_db_sync_status";

    /** By its number a view of an earlier version is known and replaced. */
    static final String STATUS_VIEW_COMMENT = "External DB Sync: status 1";

    private static final String ANY_STATUS_VIEW_COMMENT = "External DB Sync: status ";

    private static final String CHUNK_TABLE = "pg_temp._external_db_sync_chunk";
    private static final String COMMENT_PREFIX = "External DB Sync: mapping ";

    private final String schema;

    /** @param schema as stored, not quoted */
    public PostgresDialect(String schema) {
        this.schema = schema;
    }

    /** One row that says whose this schema is (invariant 8). */
    String createOwnerTable() {
        return """
                CREATE TABLE %s (
                    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
                    tenancy_id uuid NOT NULL,
                    destination_id uuid NOT NULL,
                    installation_id uuid NOT NULL,
                    created_at timestamptz NOT NULL DEFAULT now())""".formatted(qualified(OWNER_TABLE));
    }

    /** One row per mapping: its position, locked and committed together with the rows (invariant 4). */
    String createMetadataTable() {
        return """
                CREATE TABLE %s (
                    tenancy_id uuid NOT NULL,
                    mapping_name text NOT NULL,
                    last_synced_sequence_id bigint NOT NULL,
                    updated_at timestamptz NOT NULL DEFAULT now(),
                    epoch uuid,
                    phase text NOT NULL,
                    page_cursor text[],
                    sweep boolean NOT NULL,
                    capture_generation bigint NOT NULL,
                    mapping_hash text NOT NULL,
                    table_identity text NOT NULL,
                    rows_copied bigint NOT NULL,
                    source_history uuid,
                    source_tick bigint,
                    resync uuid,
                    verified_at timestamptz,
                    verified_sequence_id bigint,
                    PRIMARY KEY (tenancy_id, mapping_name))""".formatted(qualified(METADATA_TABLE));
    }

    /** For targets that an earlier version made; two engines may do it at once. */
    String addLaterColumns() {
        return "ALTER TABLE " + qualified(METADATA_TABLE)
                + " ADD COLUMN IF NOT EXISTS source_history uuid, ADD COLUMN IF NOT EXISTS source_tick bigint,"
                + " ADD COLUMN IF NOT EXISTS resync uuid,"
                + " ADD COLUMN IF NOT EXISTS verified_at timestamptz, ADD COLUMN IF NOT EXISTS verified_sequence_id bigint";
    }

    /** What the tenant may know of its copy, from the row that is written with every batch anyway (ADR 19). */
    String createStatusView() {
        return """
                CREATE OR REPLACE VIEW %s AS
                SELECT m.mapping_name AS mapping,
                       m.phase AS state,
                       CASE WHEN m.phase <> 'pending' THEN m.last_synced_sequence_id END AS last_applied_sequence_id,
                       CASE WHEN m.phase <> 'pending' THEN m.updated_at END AS last_applied_at,
                       CASE WHEN m.phase <> 'pending' THEN pg_catalog.now() - m.updated_at END AS age,
                       m.rows_copied,
                       m.verified_at,
                       m.verified_sequence_id
                FROM %s AS m""".formatted(qualified(STATUS_VIEW), qualified(METADATA_TABLE));
    }

    /** A position that a run holds is not waited for. Parameters: sequence id, tenancy, tenancy, mapping. */
    String noteVerified() {
        return "UPDATE " + qualified(METADATA_TABLE)
                + " SET verified_at = now(), verified_sequence_id = ? WHERE tenancy_id = ? AND mapping_name IN (SELECT mapping_name FROM "
                + qualified(METADATA_TABLE)
                + " WHERE tenancy_id = ? AND mapping_name = ? FOR UPDATE SKIP LOCKED)";
    }

    static boolean isOurStatusView(String comment) {
        return comment != null && comment.startsWith(ANY_STATUS_VIEW_COMMENT);
    }

    /** The mark by which we know the view again. */
    String commentStatusView() {
        return "COMMENT ON VIEW " + qualified(STATUS_VIEW) + " IS '" + STATUS_VIEW_COMMENT + "'";
    }

    String createSchema() {
        return "CREATE SCHEMA " + quote(schema);
    }

    String createTable(Mapping mapping) {
        String columns = mapping.columns().stream()
                .map(c -> quote(c.name()) + " " + c.type().postgres() + (c.notNull() ? " NOT NULL" : ""))
                .collect(Collectors.joining(",\n    "));
        return "CREATE TABLE " + qualified(mapping.targetTable()) + " (\n    " + columns + ",\n    PRIMARY KEY ("
                + names(mapping.keyColumns()) + "))";
    }

    /** Default privileges of the tenant's may have granted something just now. */
    String revokeFromPublic(String table) {
        return "REVOKE ALL ON " + qualified(table) + " FROM PUBLIC";
    }

    String revokeSchemaFromPublic() {
        return "REVOKE ALL ON SCHEMA " + quote(schema) + " FROM PUBLIC";
    }

    /** The mark by which we know our own table again, also after a dump and restore. */
    String comment(Mapping mapping) {
        return "COMMENT ON TABLE " + qualified(mapping.targetTable()) + " IS '" + COMMENT_PREFIX + mapping.id() + "'";
    }

    static boolean isOurs(Mapping mapping, String comment) {
        return (COMMENT_PREFIX + mapping.id()).equals(comment);
    }

    /** A new column may hold nulls until the copy has been through. */
    String addColumn(Mapping mapping, Column column) {
        return "ALTER TABLE " + qualified(mapping.targetTable()) + " ADD COLUMN " + quote(column.name()) + " "
                + column.type().postgres();
    }

    /** By way of text, as values travel anyway; the copy that follows writes every one anew. */
    String changeType(Mapping mapping, Column column) {
        String type = column.type().postgres();
        return "ALTER TABLE " + qualified(mapping.targetTable()) + " ALTER COLUMN " + quote(column.name()) + " TYPE "
                + type + " USING " + quote(column.name()) + "::text::" + type;
    }

    String dropKey(Mapping mapping, String keyName) {
        return "ALTER TABLE " + qualified(mapping.targetTable()) + " DROP CONSTRAINT " + quote(keyName);
    }

    String addKey(Mapping mapping) {
        return "ALTER TABLE " + qualified(mapping.targetTable()) + " ADD PRIMARY KEY (" + names(mapping.keyColumns())
                + ")";
    }

    String setNotNull(Mapping mapping, String column) {
        return "ALTER TABLE " + qualified(mapping.targetTable()) + " ALTER COLUMN " + quote(column) + " SET NOT NULL";
    }

    String dropNotNull(Mapping mapping, String column) {
        return "ALTER TABLE " + qualified(mapping.targetTable()) + " ALTER COLUMN " + quote(column) + " DROP NOT NULL";
    }

    String grantSchema(String role) {
        return "GRANT USAGE ON SCHEMA " + quote(schema) + " TO " + quote(role);
    }

    String grantTable(String table, String role) {
        return "GRANT SELECT ON " + qualified(table) + " TO " + quote(role);
    }

    /**
     * Writes rows that differ from what is there, and the position; returns the number of rows written. Parameters: one array
     * of text per column, then those of {@link #savePosition()}.
     */
    String upsertAndSavePosition(Mapping mapping) {
        return """
                WITH written AS (
                    %s
                    RETURNING 1
                ), saved AS (
                    %s
                    RETURNING 1
                )
                SELECT (SELECT count(*) FROM written) AS written, (SELECT count(*) FROM saved) AS saved,
                    %s AS watched""".formatted(upsert(mapping), savePosition(), isWatched(mapping));
    }

    /** Writes rows that differ from what is there. Parameters: one array of text per column. */
    String upsert(Mapping mapping) {
        List<Column> columns = mapping.columns();
        String values = IntStream.range(0, columns.size())
                .mapToObj(i -> "r.c" + i + "::" + columns.get(i).type().postgres())
                .collect(Collectors.joining(", "));
        return """
                INSERT INTO %s AS t (%s)
                    SELECT %s
                    FROM %s AS r (%s)
                    ON CONFLICT (%s) %s""".formatted(
                        qualified(mapping.targetTable()),
                        names(columns),
                        values,
                        textArrays(columns.size()),
                        numbered("c", columns.size()),
                        names(mapping.keyColumns()),
                        whereDifferent(mapping));
    }

    /** What to do where the key is there already: write the row if it differs. */
    private static String whereDifferent(Mapping mapping) {
        List<Column> others = mapping.columns().stream().filter(c -> !c.key()).toList();
        return others.isEmpty()
                ? "DO NOTHING"
                : "DO UPDATE SET "
                        + others.stream()
                                .map(c -> quote(c.name()) + " = excluded." + quote(c.name()))
                                .collect(Collectors.joining(", "))
                        + "\n    WHERE (" + compared("t", others) + ") IS DISTINCT FROM ("
                        + compared("excluded", others) + ")";
    }

    /** Takes rows in binary form; fails over a row whose key is there. */
    String copyIntoTable(Mapping mapping) {
        return copy(qualified(mapping.targetTable()), mapping);
    }

    /** In the transaction alone, for a pooler may stand in between; types in full, so that no type of the tenant's is meant. */
    String createChunkTable(Mapping mapping) {
        String columns = mapping.columns().stream()
                .map(c -> quote(c.name()) + " " + c.type().postgres())
                .collect(Collectors.joining(", "));
        return "CREATE TEMPORARY TABLE " + CHUNK_TABLE + " (" + columns + ") ON COMMIT DROP";
    }

    String copyIntoChunkTable(Mapping mapping) {
        return copy(CHUNK_TABLE, mapping);
    }

    /** Writes those rows of the chunk that differ from what is there. */
    String mergeChunkTable(Mapping mapping) {
        String columns = names(mapping.columns());
        return "INSERT INTO " + qualified(mapping.targetTable()) + " AS t (" + columns + ")\nSELECT " + columns
                + " FROM " + CHUNK_TABLE + "\nON CONFLICT (" + names(mapping.keyColumns()) + ") "
                + whereDifferent(mapping);
    }

    private static String copy(String table, Mapping mapping) {
        return "COPY " + table + " (" + names(mapping.columns()) + ") FROM STDIN (FORMAT binary)";
    }

    /** The version of a position's row, and {@link #isWatched}. Parameters: tenancy, mapping. */
    String chunkState(Mapping mapping) {
        return "SELECT (SELECT xmin::text FROM " + qualified(METADATA_TABLE)
                + " WHERE tenancy_id = ? AND mapping_name = ?) AS version, " + isWatched(mapping) + " AS watched";
    }

    /** {@link #savePosition()} that returns what {@link #chunkState} does. */
    String savePositionOfChunk(Mapping mapping) {
        return savePosition() + " RETURNING xmin::text AS version, " + isWatched(mapping) + " AS watched";
    }

    /** Deletes rows by key. Parameters: one array of text per key column. */
    String delete(Mapping mapping) {
        List<Column> key = mapping.keyColumns();
        String matches = IntStream.range(0, key.size())
                .mapToObj(i -> "t." + quote(key.get(i).name()) + " = r.k" + i + "::"
                        + key.get(i).type().postgres())
                .collect(Collectors.joining(" AND "));
        return "DELETE FROM %s AS t USING %s AS r (%s) WHERE %s"
                .formatted(
                        qualified(mapping.targetTable()), textArrays(key.size()), numbered("k", key.size()), matches);
    }

    /** {@link #savePosition()} that returns {@code watched}, see {@link #isWatched}. */
    String savePositionOf(Mapping mapping) {
        return savePosition() + " RETURNING " + isWatched(mapping) + " AS watched";
    }

    /**
     * Writes rows, if there are any, and the position, provided that nothing of the tenant's sees the rows and that the position is
     * there; else it fails with 22012. For where the commit is sent along. Parameters as of {@link #upsertAndSavePosition}.
     */
    String saveUnwatched(Mapping mapping, boolean rows) {
        return """
                WITH written AS (
                    %s
                ), saved AS (
                    %s
                    RETURNING 1
                )
                SELECT (SELECT count(*) FROM written) AS written,
                    1 / CASE WHEN (SELECT count(*) FROM saved) = 1 AND NOT %s THEN 1 ELSE 0 END AS kept""".formatted(
                        rows ? upsert(mapping) + "\n    RETURNING 1" : "SELECT WHERE false",
                        savePosition(),
                        isWatched(mapping));
    }

    /** {@link #isWatched} alone. */
    String watched(Mapping mapping) {
        return "SELECT " + isWatched(mapping) + " AS watched";
    }

    /** Whether anything of the tenant's sees rows on their way into the table, or out of it. Index look-ups both. */
    private String isWatched(Mapping mapping) {
        String table = "'" + qualified(mapping.targetTable()).replace("'", "''") + "'::regclass";
        return "(EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = " + table
                + " AND NOT tgisinternal AND tgenabled <> 'D')"
                + " OR EXISTS (SELECT FROM pg_catalog.pg_rewrite WHERE ev_class = " + table
                + " AND ev_enabled <> 'D'))";
    }

    /** How many of these keys are still there. Parameters as of {@link #delete}. */
    String countLeft(Mapping mapping) {
        List<Column> key = mapping.keyColumns();
        String matches = IntStream.range(0, key.size())
                .mapToObj(i -> "t." + quote(key.get(i).name()) + " = r.k" + i + "::"
                        + key.get(i).type().postgres())
                .collect(Collectors.joining(" AND "));
        return "SELECT count(*) FROM %s AS t JOIN %s AS r (%s) ON %s"
                .formatted(
                        qualified(mapping.targetTable()), textArrays(key.size()), numbered("k", key.size()), matches);
    }

    /** How many of these rows are not there, or not like this. Parameters: one array of text per column. */
    String countDifferent(Mapping mapping) {
        List<Column> columns = mapping.columns();
        String matches = IntStream.range(0, columns.size())
                .filter(i -> columns.get(i).key())
                .mapToObj(i -> "t." + quote(columns.get(i).name()) + " = r.c" + i + "::"
                        + columns.get(i).type().postgres())
                .collect(Collectors.joining(" AND "));
        String sent = IntStream.range(0, columns.size())
                .mapToObj(i -> "r.c" + i + "::" + columns.get(i).type().postgres()
                        + (isComparedAsText(columns.get(i)) ? "::text" : ""))
                .collect(Collectors.joining(", "));
        return "SELECT count(*) FROM %s AS r (%s) LEFT JOIN %s AS t ON %s WHERE (%s) IS DISTINCT FROM (%s)"
                .formatted(
                        textArrays(columns.size()),
                        numbered("c", columns.size()),
                        qualified(mapping.targetTable()),
                        matches,
                        compared("t", columns),
                        sent);
    }

    /** Target keys in order. Parameters: {@code behindCursor}: one text per key column; always last: the number of rows. */
    String keys(Mapping mapping, boolean behindCursor) {
        List<Column> key = mapping.keyColumns();
        String selected = IntStream.range(0, key.size())
                .mapToObj(i -> "t." + quote(key.get(i).name()) + "::text AS k" + i)
                .collect(Collectors.joining(", "));
        String cursor = key.stream().map(c -> "?::" + c.type().postgres()).collect(Collectors.joining(", "));
        String behind = behindCursor ? " WHERE (" + prefixed("t", key) + ") > (" + cursor + ")" : "";
        return "SELECT " + selected + " FROM " + qualified(mapping.targetTable()) + " AS t" + behind + " ORDER BY "
                + prefixed("t", key) + " LIMIT ?";
    }

    /** The target key so many rows behind a cursor, in the order of comparisons. Parameters: the cursor's texts where {@code behind}; the number of rows. */
    String boundary(Mapping mapping, boolean behind) {
        List<Column> key = mapping.keyColumns();
        return "SELECT " + keyTexts(key) + " FROM " + qualified(mapping.targetTable()) + " AS t"
                + (behind ? " WHERE " + range(key, ">") : "") + " ORDER BY " + comparable(key) + " OFFSET ? LIMIT 1";
    }

    /**
     * Sums of row hashes over a range of keys, by bucket. Parameters: the shift of the buckets wanted; the salt; the texts of the range's
     * ends, as far as it has them; where {@code picked}, a shift and the buckets by it that are looked into.
     */
    String sums(Mapping mapping, RowHashes.Range range, boolean picked) {
        return "SELECT (r.h >> ?) AS bucket, pg_catalog.count(*) AS rows, pg_catalog.bit_xor(r.h) AS hash FROM (SELECT "
                + hash(mapping) + " AS h FROM " + qualified(mapping.targetTable()) + " AS t" + within(mapping, range)
                + ") AS r" + (picked ? PICKED : "") + " GROUP BY 1";
    }

    /** The rows of a range that fall into some buckets. Parameters: the salt; the texts of the range's ends; a shift and the buckets. */
    String hashes(Mapping mapping, RowHashes.Range range) {
        List<Column> key = mapping.keyColumns();
        return "SELECT " + numbered("r.k", key.size()) + ", r.h FROM (SELECT " + keyTexts(key) + ", " + hash(mapping)
                + " AS h FROM " + qualified(mapping.targetTable()) + " AS t" + within(mapping, range) + ") AS r"
                + PICKED;
    }

    /** The hashes of the rows that have these keys, by the keys' one-based numbers. Parameters: the salt; one array of text per key column. */
    String hashesOf(Mapping mapping) {
        List<Column> key = mapping.keyColumns();
        String matches = IntStream.range(0, key.size())
                .mapToObj(i -> "t." + quote(key.get(i).name()) + " = r.k" + i + "::"
                        + key.get(i).type().postgres())
                .collect(Collectors.joining(" AND "));
        return "SELECT r.n, %s AS h FROM %s AS t JOIN %s WITH ORDINALITY AS r (%s, n) ON %s"
                .formatted(
                        hash(mapping),
                        qualified(mapping.targetTable()),
                        textArrays(key.size()),
                        numbered("k", key.size()),
                        matches);
    }

    private static final String PICKED = " WHERE (r.h >> ?) = ANY (?::bigint[])";

    private static String hash(Mapping mapping) {
        List<Column> columns = mapping.columns();
        return RowText.hash(
                "?::text",
                columns.stream().map(c -> "t." + quote(c.name())).toList(),
                columns.stream().map(Column::type).toList());
    }

    private static String within(Mapping mapping, RowHashes.Range range) {
        var conditions = new ArrayList<String>();
        range.after().ifPresent(key -> conditions.add(range(mapping.keyColumns(), ">")));
        range.upTo().ifPresent(key -> conditions.add(range(mapping.keyColumns(), "<=")));
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private static String range(List<Column> key, String operator) {
        String values = key.stream()
                .map(c -> "?::" + c.type().postgres() + collation(c))
                .collect(Collectors.joining(", "));
        return "(" + comparable(key) + ") " + operator + " (" + values + ")";
    }

    private static String keyTexts(List<Column> key) {
        return IntStream.range(0, key.size())
                .mapToObj(i -> "t." + quote(key.get(i).name()) + "::text AS k" + i)
                .collect(Collectors.joining(", "));
    }

    /** The key in an order that does not depend on the database's collation. */
    private static String comparable(List<Column> key) {
        return key.stream().map(c -> "t." + quote(c.name()) + collation(c)).collect(Collectors.joining(", "));
    }

    private static String collation(Column column) {
        return column.type().isText() ? " COLLATE pg_catalog.\"C\"" : "";
    }

    String isEmpty(Mapping mapping) {
        return "SELECT NOT EXISTS (SELECT FROM " + qualified(mapping.targetTable()) + ")";
    }

    /** The owner row. */
    String owner() {
        return "SELECT tenancy_id, destination_id, installation_id FROM " + qualified(OWNER_TABLE);
    }

    /** Parameters: tenancy, destination, installation. */
    String insertOwner() {
        return "INSERT INTO " + qualified(OWNER_TABLE)
                + " (tenancy_id, destination_id, installation_id) VALUES (?, ?, ?)";
    }

    /** Parameters: the new destination, the former one. */
    String takeOver() {
        return "UPDATE " + qualified(OWNER_TABLE) + " SET destination_id = ? WHERE destination_id = ?";
    }

    /** After a take-over nothing that positions say is trusted, whose ever they were: the tables are about to be rewritten. */
    String forgetPositions() {
        return "UPDATE " + qualified(METADATA_TABLE) + " SET phase = 'pending', updated_at = now()";
    }

    /** The positions of a tenancy's mappings. Parameter: tenancy. */
    String positions() {
        return POSITION_COLUMNS + " FROM " + qualified(METADATA_TABLE) + " WHERE tenancy_id = ?";
    }

    /** One position, locked until the transaction ends, and read only if the schema is still ours. Parameters: tenancy, mapping, tenancy, destination, installation. */
    String lockPosition() {
        return POSITION_COLUMNS + " FROM " + qualified(METADATA_TABLE)
                + " WHERE tenancy_id = ? AND mapping_name = ? AND EXISTS (SELECT FROM "
                + qualified(OWNER_TABLE)
                + " WHERE tenancy_id = ? AND destination_id = ? AND installation_id = ?) FOR UPDATE";
    }

    private static final String POSITION_COLUMNS =
            "SELECT mapping_name, last_synced_sequence_id, epoch, phase, page_cursor, sweep, capture_generation, mapping_hash,"
                    + " table_identity, rows_copied, source_history, source_tick, resync";

    /** Parameters: tenancy, mapping. */
    String insertPosition() {
        return "INSERT INTO " + qualified(METADATA_TABLE)
                + " (tenancy_id, mapping_name, last_synced_sequence_id, phase, sweep, capture_generation, mapping_hash, table_identity,"
                + " rows_copied) VALUES (?, ?, 0, 'pending', false, 0, '', '', 0) ON CONFLICT DO NOTHING";
    }

    /** Parameters: watermark, epoch, phase, cursor, sweep, generation, mapping hash, table identity, rows copied, source history, source tick, resync, tenancy, mapping. */
    String savePosition() {
        return "UPDATE " + qualified(METADATA_TABLE)
                + " SET last_synced_sequence_id = ?, epoch = ?, phase = ?, page_cursor = ?, sweep = ?, capture_generation = ?,"
                + " mapping_hash = ?, table_identity = ?, rows_copied = ?, source_history = ?, source_tick = ?, resync = ?, updated_at = now() WHERE tenancy_id = ? AND mapping_name = ?";
    }

    String qualified(String table) {
        return quote(schema) + "." + quote(table);
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(c -> quote(c.name())).collect(Collectors.joining(", "));
    }

    private static String prefixed(String alias, List<Column> columns) {
        return columns.stream().map(c -> alias + "." + quote(c.name())).collect(Collectors.joining(", "));
    }

    private static String compared(String alias, List<Column> columns) {
        return columns.stream()
                .map(c -> alias + "." + quote(c.name()) + (isComparedAsText(c) ? "::text" : ""))
                .collect(Collectors.joining(", "));
    }

    /**
     * Arrays, because for them the server's equality is a polymorphic one, and another of exactly their type would go first. Numbers and
     * documents, because 1.0 equals 1.00 and is not the same; what a verification tells apart has to be written.
     */
    private static boolean isComparedAsText(Column column) {
        return column.type().array()
                || switch (column.type().base()) {
                    case NUMERIC, DOUBLE, JSONB -> true;
                    default -> false;
                };
    }

    private static String numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).collect(Collectors.joining(", "));
    }

    /** Of several arrays the server takes its own function whatever else is called so; of one it must be told. */
    private static String textArrays(int count) {
        var arrays = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            arrays.add("?::text[]");
        }
        return (count == 1 ? "pg_catalog.unnest(" : "unnest(") + String.join(", ", arrays) + ")";
    }
}
