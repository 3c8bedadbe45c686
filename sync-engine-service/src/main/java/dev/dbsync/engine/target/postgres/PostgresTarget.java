package dev.dbsync.engine.target.postgres;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.engine.quarantine.RefusedRow;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.engine.target.RowHashes.Buckets;
import dev.dbsync.engine.target.RowHashes.Keyed;
import dev.dbsync.engine.target.RowHashes.Range;
import dev.dbsync.engine.target.RowHashes.Sum;
import dev.dbsync.engine.target.RowText;
import dev.dbsync.engine.target.SourceMoment;
import dev.dbsync.engine.target.TargetFault;
import dev.dbsync.engine.target.TargetFault.Blame;
import dev.dbsync.engine.target.TargetFault.Pace;
import dev.dbsync.engine.target.TargetFault.Scope;
import dev.dbsync.engine.target.TargetRefusedException;
import dev.dbsync.engine.target.TargetsConfig;
import dev.dbsync.engine.target.UnusableAnswerException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One run's work in one schema of a PostgreSQL target, on one connection. Every transaction begins with {@link #begin()}, which
 * sets its time-outs, and ends with {@link #commit()} or {@link #rollback()}. Not thread-safe.
 */
public final class PostgresTarget {

    /**
     * What others put into the target's schemas, an operator or a type named like the server's own, is not for us, who may be
     * powerful there. The role's path stays behind it: triggers of the tenant's look for their names on it.
     */
    private static final String OUR_NAMES_FIRST = """
            pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ', 'pg_catalog',
                CASE WHEN pg_catalog.length(pg_catalog.current_setting('search_path')) OPERATOR(pg_catalog.>) 0
                     THEN pg_catalog.current_setting('search_path') END, 'pg_temp'), true)""";

    /** Name of the view that tells the tenant how its copy is doing. */
    public static final String STATUS_VIEW = PostgresDialect.STATUS_VIEW;

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** A table, schema or column that is not there. */
    private static final Set<String> NOT_MADE = Set.of("42P01", "3F000", "42703");

    private final Connection connection;
    private final Identity identity;
    private final PostgresDialect dialect;
    private final PostgresTables tables;
    private final String settings;

    /** Whether a transaction is open that has the settings. */
    private boolean begun;

    /**
     * Whose copy this is.
     *
     * @param schema the schema it lives in, as stored
     */
    public record Identity(UUID tenancyId, UUID destinationId, UUID installationId, String schema) {}

    /** @param connection open, handed over for the time of the run; autocommit is switched off */
    public PostgresTarget(Connection connection, Identity identity, TargetsConfig config) throws SQLException {
        this.connection = connection;
        this.identity = identity;
        this.dialect = new PostgresDialect(identity.schema());
        this.tables = new PostgresTables(connection, identity.schema(), dialect);
        this.settings = """
                SELECT pg_catalog.set_config('statement_timeout', '%d', true),
                    pg_catalog.set_config('lock_timeout', '%d', true),
                    pg_catalog.set_config('idle_in_transaction_session_timeout', '%d', true),
                    pg_catalog.set_config('timezone', 'UTC', true),
                    pg_catalog.set_config('datestyle', 'ISO, YMD', true),
                    pg_catalog.set_config('row_security', 'off', true),
                    %s""".formatted(
                        config.statementTimeout().toMillis(),
                        config.lockTimeout().toMillis(),
                        config.idleInTransactionTimeout().toMillis(),
                        OUR_NAMES_FIRST);
        connection.setAutoCommit(false);
    }

    /**
     * Begins a transaction with its time-outs and forms of text; they are local to it, since a pooler may stand in between. A policy
     * that would hide rows from us makes statements fail: we would take what is hidden for absent. Does nothing if one is open.
     */
    public void begin() throws SQLException {
        if (!begun) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(settings);
            }
            begun = true;
        }
    }

    /** As {@link #begin()}, for comparing rows: values have one text on either side, and one processor of the tenant's is enough. */
    public void beginComparing() throws SQLException {
        begin();
        execute(RowText.FORMS + "; SET LOCAL max_parallel_workers_per_gather = 0");
    }

    public void commit() throws SQLException {
        begun = false;
        connection.commit();
    }

    public void rollback() throws SQLException {
        begun = false;
        connection.rollback();
    }

    /** Writes chunks of a copy, as part of the transaction under way. */
    public ChunkWriter chunks() {
        return new ChunkWriter(connection, dialect, this);
    }

    /** The schema's tables; what is done with them is part of the transaction under way. */
    public PostgresTables tables() {
        return tables;
    }

    /**
     * What a run finds in the target, seen without a lock.
     *
     * @param positions by mapping id
     * @param identities of the tables by mapping id, as of {@link PostgresTables#identities}
     * @param locked the mapping whose position was locked before all of that was looked at, and stays so until the transaction ends
     */
    public record Found(Map<String, Position> positions, Map<String, String> identities, Optional<String> locked) {}

    /**
     * Makes sure that the schema is ours and has a position for each mapping. An everyday run finds all of it with one question and
     * writes nothing; its transaction stays open for the step that mostly follows.
     *
     * @param ahead the mapping whose position is to be locked as well, if everything is there and nobody holds it
     * @param formerOwnerIsGone whether the destination of this id has been deleted, so that its schema may be taken over
     * @throws TargetRefusedException {@code TARGET_SCHEMA_TAKEN} if it is somebody else's
     */
    public Found prepare(Collection<Mapping> mappings, Optional<String> ahead, FormerOwner formerOwnerIsGone)
            throws SQLException, TargetRefusedException {
        Optional<Found> found = find(mappings, ahead);
        if (found.isPresent()) {
            return found.get();
        }
        rollback();
        Map<String, Position> positions =
                make(mappings.stream().map(Mapping::id).toList(), formerOwnerIsGone);
        begin();
        Map<String, String> identities = tables.identities(mappings);
        commit();
        return new Found(positions, identities, Optional.empty());
    }

    /** @return empty if anything of ours is missing, or is not as we would have it; then the transaction is of no more use */
    private Optional<Found> find(Collection<Mapping> mappings, Optional<String> ahead) throws SQLException {
        String lock = ahead.isPresent() ? ";\n" + dialect.lockPosition() : "";
        String sql =
                String.join(";\n", settings + lock, dialect.owner(), dialect.positions(), PostgresTables.SHAPES.jdbc());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = ahead.isPresent() ? setLock(statement, ahead.get()) : 1;
            statement.setObject(parameter++, identity.tenancyId());
            statement.setString(parameter++, identity.schema());
            statement.setArray(
                    parameter, textArray(PostgresTables.namesOf(mappings).toArray(String[]::new)));
            statement.execute();
            statement.getMoreResults();
            boolean locked = false;
            if (ahead.isPresent()) {
                try (ResultSet position = statement.getResultSet()) {
                    locked = position.next();
                }
                statement.getMoreResults();
            }
            try (ResultSet owner = statement.getResultSet()) {
                if (!owner.next() || !isOurs(owner) || owner.next()) {
                    return Optional.empty();
                }
            }
            statement.getMoreResults();
            Map<String, Position> positions;
            try (ResultSet rows = statement.getResultSet()) {
                positions = positions(rows);
            }
            statement.getMoreResults();
            try (ResultSet rows = statement.getResultSet()) {
                Map<String, String> identities = tables.identities(mappings, rows);
                begun = true;
                return mappings.stream().map(Mapping::id).allMatch(positions::containsKey)
                        ? Optional.of(new Found(positions, identities, locked ? ahead : Optional.empty()))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            if (e.getSQLState() != null && NOT_MADE.contains(e.getSQLState())) {
                return Optional.empty();
            }
            if (ahead.isPresent() && LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                rollback();
                return find(mappings, Optional.empty());
            }
            throw e;
        }
    }

    private boolean isOurs(ResultSet owner) throws SQLException {
        return identity.tenancyId().equals(owner.getObject("tenancy_id", UUID.class))
                && identity.installationId().equals(owner.getObject("installation_id", UUID.class))
                && identity.destinationId().equals(owner.getObject("destination_id", UUID.class));
    }

    /** Writes in a transaction of its own, and only what is not there. */
    private Map<String, Position> make(Collection<String> mappingIds, FormerOwner formerOwnerIsGone)
            throws SQLException, TargetRefusedException {
        begin();
        Map<String, TableShape> shapes =
                tables.shapes(List.of(PostgresDialect.OWNER_TABLE, PostgresDialect.METADATA_TABLE));
        boolean ownerIsNew = !shapes.containsKey(PostgresDialect.OWNER_TABLE);
        if (ownerIsNew) {
            tables.createSchemaIfAbsent();
            execute(dialect.createOwnerTable());
            execute(dialect.revokeFromPublic(PostgresDialect.OWNER_TABLE));
            update(dialect.insertOwner(), identity.tenancyId(), identity.destinationId(), identity.installationId());
        }
        boolean taken = requireOwner(formerOwnerIsGone) || ownerIsNew;
        TableShape metadata = shapes.get(PostgresDialect.METADATA_TABLE);
        if (metadata == null) {
            execute(dialect.createMetadataTable());
            execute(dialect.revokeFromPublic(PostgresDialect.METADATA_TABLE));
        } else if (!metadata.has("source_tick") || !metadata.has("resync") || !metadata.has("verified_at")) {
            execute(dialect.addLaterColumns());
        }
        if (metadata != null && taken) {
            execute(dialect.forgetPositions());
        }
        Map<String, Position> positions = positions();
        for (String id : mappingIds) {
            if (!positions.containsKey(id)) {
                update(dialect.insertPosition(), identity.tenancyId(), id);
                positions.put(id, Position.initial());
            }
        }
        commit();
        return positions;
    }

    /**
     * Notes for the tenant's view that a verification has found a table identical. Nothing else depends on it.
     *
     * @throws SQLException if the connection is broken
     */
    public void noteVerified(String mappingId, long sequenceId) throws SQLException {
        try {
            begin();
            update(dialect.noteVerified(), sequenceId, identity.tenancyId(), identity.tenancyId(), mappingId);
            commit();
        } catch (SQLException e) {
            // Of a broken connection this throws.
            rollback();
        }
    }

    /**
     * Makes the view that tells the tenant how its copy is doing, where there is none or an earlier one of ours. Nothing that is
     * synced depends on it, so what refuses it, other than the connection, is for the answer alone.
     *
     * @param readerRole who may read it, or null
     * @return whether it is there; not if something of that name is not ours, or the role may not make views
     * @throws SQLException if the connection is broken
     */
    public boolean keepStatusView(String readerRole) throws SQLException {
        try {
            begin();
            TableShape there = tables.shapes(List.of(STATUS_VIEW)).get(STATUS_VIEW);
            String comment = there == null ? null : there.comment();
            boolean present = PostgresDialect.STATUS_VIEW_COMMENT.equals(comment);
            boolean foreign = there != null && !PostgresDialect.isOurStatusView(comment);
            if (!present && !foreign) {
                execute(dialect.addLaterColumns());
                execute(dialect.createStatusView());
                execute(dialect.revokeFromPublic(STATUS_VIEW));
                execute(dialect.commentStatusView());
                if (readerRole != null) {
                    execute(dialect.grantTable(STATUS_VIEW, readerRole));
                }
            }
            commit();
            return !foreign;
        } catch (SQLException e) {
            // Of a broken connection this throws.
            rollback();
            return false;
        }
    }

    /** Answers whether a destination that once owned a schema has been deleted. */
    public interface FormerOwner {
        boolean isGone(UUID destinationId);
    }

    /** @return whether the schema was taken over from a deleted destination of the same tenancy just now */
    private boolean requireOwner(FormerOwner former) throws SQLException, TargetRefusedException {
        try (PreparedStatement statement = connection.prepareStatement(dialect.owner());
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                update(
                        dialect.insertOwner(),
                        identity.tenancyId(),
                        identity.destinationId(),
                        identity.installationId());
                return true;
            }
            boolean sameTenancy = identity.tenancyId().equals(rows.getObject("tenancy_id", UUID.class))
                    && identity.installationId().equals(rows.getObject("installation_id", UUID.class));
            UUID owner = rows.getObject("destination_id", UUID.class);
            if (sameTenancy && identity.destinationId().equals(owner)) {
                return false;
            }
            if (sameTenancy
                    && former.isGone(owner)
                    && update(dialect.takeOver(), identity.destinationId(), owner) == 1) {
                return true;
            }
        }
        throw new TargetRefusedException(new TargetFault(
                "TARGET_SCHEMA_TAKEN",
                Blame.DESTINATION,
                "Schema '" + identity.schema()
                        + "' of this database already holds another copy: one schema belongs to one tenancy's"
                        + " external database",
                "Give this external database a schema of its own, or delete the other one and drop its table "
                        + PostgresDialect.OWNER_TABLE,
                null,
                Scope.CONNECTION,
                Pace.LATER));
    }

    /** The positions by mapping id, not locked. */
    private Map<String, Position> positions() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(dialect.positions())) {
            statement.setObject(1, identity.tenancyId());
            try (ResultSet rows = statement.executeQuery()) {
                return positions(rows);
            }
        }
    }

    private static Map<String, Position> positions(ResultSet rows) throws SQLException {
        var positions = new HashMap<String, Position>();
        while (rows.next()) {
            positions.put(rows.getString("mapping_name"), position(rows));
        }
        return positions;
    }

    /**
     * Locks a mapping's position until the transaction ends (invariant 4), provided the schema is still ours; begins the transaction
     * if none is open.
     *
     * @return empty if the row or the ownership is gone since the run was prepared
     */
    public Optional<Position> lock(String mappingId) throws SQLException {
        String sql = begun ? dialect.lockPosition() : settings + ";\n" + dialect.lockPosition();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            setLock(statement, mappingId);
            statement.execute();
            if (!begun) {
                statement.getMoreResults();
                begun = true;
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? Optional.of(position(rows)) : Optional.empty();
            }
        }
    }

    /** @return the number of the parameter after those of the lock */
    private int setLock(PreparedStatement statement, String mappingId) throws SQLException {
        statement.setObject(1, identity.tenancyId());
        statement.setString(2, mappingId);
        statement.setObject(3, identity.tenancyId());
        statement.setObject(4, identity.destinationId());
        statement.setObject(5, identity.installationId());
        return 6;
    }

    static TargetRefusedException refused(String code, String message, String remedy) {
        return new TargetRefusedException(
                new TargetFault(code, Blame.DESTINATION, message, remedy, null, Scope.MAPPING, Pace.SOON));
    }

    /**
     * Deletes, upserts, and saves the position that follows. The keys to delete and those to write must be distinct.
     *
     * @param deletes key texts, one list per row
     * @param upserts column texts, one list per row
     * @return how many rows were changed
     * @throws TargetRefusedException {@code TARGET_ROWS_NOT_KEPT} if something of the tenant's keeps rows from being stored as sent
     */
    public long apply(Mapping mapping, List<List<String>> deletes, List<List<String>> upserts, Position next)
            throws SQLException, TargetRefusedException {
        long changed = deletes.isEmpty() ? 0 : delete(mapping, deletes);
        if (upserts.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement(dialect.savePositionOf(mapping))) {
                setPosition(statement, 1, mapping.id(), next);
                try (ResultSet rows = statement.executeQuery()) {
                    requireKept(rows.next(), PostgresDialect.METADATA_TABLE);
                    if (rows.getBoolean("watched")) {
                        requireKept(mapping, deletes, List.of());
                    }
                }
            }
            return changed;
        }
        try (PreparedStatement statement = connection.prepareStatement(dialect.upsertAndSavePosition(mapping))) {
            int columns = mapping.columns().size();
            setColumns(statement, upserts, columns);
            setPosition(statement, columns + 1, mapping.id(), next);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                requireKept(rows.getLong("saved") == 1, PostgresDialect.METADATA_TABLE);
                if (rows.getBoolean("watched")) {
                    requireKept(mapping, deletes, upserts);
                }
                return changed + rows.getLong("written");
            }
        }
    }

    /**
     * As {@link #apply}, and commits, all in one round trip where nothing of the tenant's sees the rows. If something does that was not
     * there before, or if the position is not saved, the commit is not reached and this fails with the SQLSTATE of a refused row.
     */
    public long applyAndCommit(Mapping mapping, List<List<String>> deletes, List<List<String>> upserts, Position next)
            throws SQLException, TargetRefusedException {
        if (tables.mayBeWatched(mapping)) {
            long changed = apply(mapping, deletes, upserts, next);
            commit();
            return changed;
        }
        String delete = deletes.isEmpty() ? "" : dialect.delete(mapping) + ";\n";
        String sql = delete + dialect.saveUnwatched(mapping, !upserts.isEmpty()) + ";\nCOMMIT";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            if (!deletes.isEmpty()) {
                parameter += setColumns(
                        statement, parameter, deletes, mapping.keyColumns().size());
            }
            if (!upserts.isEmpty()) {
                parameter += setColumns(
                        statement, parameter, upserts, mapping.columns().size());
            }
            setPosition(statement, parameter, mapping.id(), next);
            statement.execute();
            begun = false;
            long changed = 0;
            if (!deletes.isEmpty()) {
                changed += statement.getUpdateCount();
                statement.getMoreResults();
            }
            try (ResultSet rows = statement.getResultSet()) {
                rows.next();
                return changed + rows.getLong("written");
            }
        }
    }

    /**
     * Deletes and upserts as far as the target lets us, and says which rows it refuses. The position is not saved.
     *
     * @throws SQLException if something failed that is not about single rows
     * @throws TargetRefusedException as of {@link #apply}
     */
    public BatchBisection.Taken applyBisecting(Mapping mapping, List<List<String>> deletes, List<List<String>> upserts)
            throws SQLException, TargetRefusedException {
        // A constraint that was deferred would refuse the commit, which tells nothing about the row.
        execute("SET CONSTRAINTS ALL IMMEDIATE");
        var taken = new BatchBisection(
                        connection, mapping, rows -> delete(mapping, rows), rows -> upsert(mapping, rows))
                .write(deletes, upserts);
        if (isWatched(mapping)) {
            Set<List<String>> refused =
                    taken.refused().stream().map(RefusedRow::key).collect(Collectors.toSet());
            requireKept(
                    mapping,
                    deletes.stream().filter(key -> !refused.contains(key)).toList(),
                    upserts.stream()
                            .filter(row -> !refused.contains(mapping.targetKey(row)))
                            .toList());
        }
        return taken;
    }

    private boolean isWatched(Mapping mapping) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(dialect.watched(mapping))) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    private long delete(Mapping mapping, List<List<String>> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(dialect.delete(mapping))) {
            setColumns(statement, keys, mapping.keyColumns().size());
            return statement.executeUpdate();
        }
    }

    private long upsert(Mapping mapping, List<List<String>> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(dialect.upsert(mapping))) {
            setColumns(statement, rows, mapping.columns().size());
            return statement.executeUpdate();
        }
    }

    /** Saves a mapping's position. */
    public void save(Mapping mapping, Position position) throws SQLException, TargetRefusedException {
        try (PreparedStatement statement = connection.prepareStatement(dialect.savePosition())) {
            setPosition(statement, 1, mapping.id(), position);
            requireKept(statement.executeUpdate() == 1, PostgresDialect.METADATA_TABLE);
        }
    }

    /** A page of target keys in order, as text. */
    public List<List<String>> keysBehind(Mapping mapping, Optional<List<String>> cursor, int rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(dialect.keys(mapping, cursor.isPresent()))) {
            int parameter = 1;
            for (String value : cursor.orElse(List.of())) {
                statement.setString(parameter++, value);
            }
            statement.setInt(parameter, rows);
            int width = mapping.keyColumns().size();
            try (ResultSet result = statement.executeQuery()) {
                var keys = new ArrayList<List<String>>();
                while (result.next()) {
                    var key = new String[width];
                    for (int i = 0; i < width; i++) {
                        key[i] = result.getString(i + 1);
                    }
                    keys.add(List.of(key));
                }
                return keys;
            }
        }
    }

    /** The target key so many rows behind another; empty if there are fewer. */
    public Optional<List<String>> boundary(Mapping mapping, Optional<List<String>> after, int rows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(dialect.boundary(mapping, after.isPresent()))) {
            int parameter = setTexts(statement, 1, after.orElse(List.of()));
            statement.setInt(parameter, rows - 1);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(keyTexts(row, mapping.keyColumns().size()))
                        : Optional.empty();
            }
        }
    }

    /**
     * Sums of row hashes over a range, by bucket.
     *
     * @param salt of the comparison, see {@link RowText}
     * @param bits leading bits that name a bucket
     * @param picked the buckets looked into
     */
    public Map<Long, Sum> sums(Mapping mapping, String salt, Range range, int bits, Buckets picked)
            throws SQLException {
        boolean some = picked != Buckets.ALL;
        try (PreparedStatement statement = connection.prepareStatement(dialect.sums(mapping, range, some))) {
            statement.setInt(1, new Buckets(bits, List.of()).shift());
            statement.setString(2, salt);
            int parameter = setEnds(statement, 3, range);
            if (some) {
                setPicked(statement, parameter, picked);
            }
            try (ResultSet rows = statement.executeQuery()) {
                var sums = new HashMap<Long, Sum>();
                while (rows.next()) {
                    sums.put(rows.getLong(1), new Sum(rows.getLong(2), rows.getLong(3)));
                    require(rows.getLong(2) > 0, "A sum over no rows");
                    require(sums.size() <= Math.max(2, 1 << bits), "More buckets than there are");
                }
                return sums;
            }
        }
    }

    /** The rows of a range that fall into some buckets; not more than so many. */
    public List<Keyed> hashes(Mapping mapping, String salt, Range range, Buckets picked, int most) throws SQLException {
        int width = mapping.keyColumns().size();
        try (PreparedStatement statement = connection.prepareStatement(dialect.hashes(mapping, range))) {
            statement.setString(1, salt);
            setPicked(statement, setEnds(statement, 2, range), picked);
            try (ResultSet rows = statement.executeQuery()) {
                var hashes = new ArrayList<Keyed>();
                while (rows.next()) {
                    require(hashes.size() < most, "More rows than the range was to hold");
                    hashes.add(new Keyed(keyTexts(rows, width), rows.getLong(width + 1)));
                }
                return hashes;
            }
        }
    }

    /** The hashes of the rows that have one of these keys, by the key's place in the list. */
    public Map<Integer, Long> hashesOf(Mapping mapping, String salt, List<List<String>> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(dialect.hashesOf(mapping))) {
            statement.setString(1, salt);
            setColumns(statement, 2, keys, mapping.keyColumns().size());
            try (ResultSet rows = statement.executeQuery()) {
                var hashes = new HashMap<Integer, Long>();
                while (rows.next()) {
                    int key = rows.getInt(1) - 1;
                    require(key >= 0 && key < keys.size(), "A row that was not asked for");
                    hashes.put(key, rows.getLong(2));
                }
                return hashes;
            }
        }
    }

    /** No part of a key is null. */
    private static List<String> keyTexts(ResultSet row, int count) throws SQLException {
        var texts = new ArrayList<String>(count);
        for (int i = 1; i <= count; i++) {
            String text = row.getString(i);
            require(text != null, "A key with a null");
            texts.add(text);
        }
        return texts;
    }

    private static void require(boolean usable, String what) throws UnusableAnswerException {
        if (!usable) {
            throw new UnusableAnswerException(what);
        }
    }

    private static int setTexts(PreparedStatement statement, int first, List<String> texts) throws SQLException {
        int parameter = first;
        for (String text : texts) {
            statement.setString(parameter++, text);
        }
        return parameter;
    }

    private static int setEnds(PreparedStatement statement, int first, Range range) throws SQLException {
        int parameter = first;
        for (List<String> end : range.ends()) {
            parameter = setTexts(statement, parameter, end);
        }
        return parameter;
    }

    private void setPicked(PreparedStatement statement, int first, Buckets picked) throws SQLException {
        statement.setInt(first, picked.shift());
        statement.setArray(
                first + 1, connection.createArrayOf("bigint", picked.numbers().toArray()));
    }

    /**
     * A trigger or rule may drop or change what we write and let the statement succeed. Where there is one, what we have written is
     * read again; while we hold the table written to, none can be added.
     */
    private void requireKept(Mapping mapping, List<List<String>> deletes, List<List<String>> upserts)
            throws SQLException, TargetRefusedException {
        if (!deletes.isEmpty()) {
            int keys = mapping.keyColumns().size();
            requireKept(none(dialect.countLeft(mapping), deletes, keys), mapping.targetTable());
        }
        if (!upserts.isEmpty()) {
            int columns = mapping.columns().size();
            requireKept(none(dialect.countDifferent(mapping), upserts, columns), mapping.targetTable());
        }
    }

    private boolean none(String count, List<List<String>> rows, int columns) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(count)) {
            setColumns(statement, rows, columns);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getLong(1) == 0;
            }
        }
    }

    private static void requireKept(boolean kept, String table) throws TargetRefusedException {
        if (!kept) {
            throw refused(
                    "TARGET_ROWS_NOT_KEPT",
                    "A trigger or rule on table '" + table
                            + "' keeps rows from being stored or deleted as they were sent",
                    "Drop the trigger or rule that skips, changes or brings back rows of that table; put what it adds elsewhere");
        }
    }

    /** Turns rows into one array per column. */
    private void setColumns(PreparedStatement statement, List<List<String>> rows, int columns) throws SQLException {
        setColumns(statement, 1, rows, columns);
    }

    /** @return the number of columns, of which the first is this parameter */
    private int setColumns(PreparedStatement statement, int first, List<List<String>> rows, int columns)
            throws SQLException {
        for (int c = 0; c < columns; c++) {
            var values = new String[rows.size()];
            for (int r = 0; r < values.length; r++) {
                values[r] = rows.get(r).get(c);
            }
            statement.setArray(first + c, textArray(values));
        }
        return columns;
    }

    void setPosition(PreparedStatement statement, int first, String mappingId, Position position) throws SQLException {
        int i = first;
        statement.setLong(i++, position.watermark());
        statement.setObject(i++, position.epoch(), Types.OTHER);
        statement.setString(i++, position.phase().text());
        statement.setArray(
                i++,
                position.cursor().isPresent()
                        ? textArray(position.cursor().get().toArray(String[]::new))
                        : null);
        statement.setBoolean(i++, position.sweep());
        statement.setLong(i++, position.generation());
        statement.setString(i++, position.mappingHash());
        statement.setString(i++, position.tableIdentity());
        statement.setLong(i++, position.rowsCopied());
        SourceMoment moment = position.moment();
        statement.setObject(i++, moment == null ? null : moment.history(), Types.OTHER);
        statement.setObject(i++, moment == null ? null : moment.tick(), Types.BIGINT);
        statement.setObject(i++, position.resync(), Types.OTHER);
        setMapping(statement, i, mappingId);
    }

    void setMapping(PreparedStatement statement, int first, String mappingId) throws SQLException {
        statement.setObject(first, identity.tenancyId());
        statement.setString(first + 1, mappingId);
    }

    /** A row that somebody made unreadable is no position: the mapping is copied again. */
    private static Position position(ResultSet row) throws SQLException {
        try {
            return written(row);
        } catch (ClassCastException | IllegalArgumentException | NullPointerException e) {
            return Position.initial();
        }
    }

    private static Position written(ResultSet row) throws SQLException {
        Array cursor = row.getArray("page_cursor");
        return new Position(
                Phase.of(row.getString("phase")),
                row.getLong("last_synced_sequence_id"),
                row.getObject("epoch", UUID.class),
                cursor == null ? Optional.empty() : Optional.of(List.of((String[]) cursor.getArray())),
                row.getBoolean("sweep"),
                row.getLong("capture_generation"),
                Objects.requireNonNull(row.getString("mapping_hash")),
                Objects.requireNonNull(row.getString("table_identity")),
                row.getLong("rows_copied"),
                moment(row),
                row.getObject("resync", UUID.class));
    }

    private static SourceMoment moment(ResultSet row) throws SQLException {
        UUID history = row.getObject("source_history", UUID.class);
        return history == null ? null : new SourceMoment(history, row.getLong("source_tick"));
    }

    private Array textArray(String[] values) throws SQLException {
        return connection.createArrayOf("text", values);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int update(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }
}
