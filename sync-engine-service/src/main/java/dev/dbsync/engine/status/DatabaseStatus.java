package dev.dbsync.engine.status;

import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.admin.ConnectionView;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.status.ListQuery.Cursor;
import dev.dbsync.engine.status.StatusView.Copy;
import dev.dbsync.engine.status.StatusView.Database;
import dev.dbsync.engine.status.StatusView.Fault;
import dev.dbsync.engine.status.StatusView.MappingStatus;
import dev.dbsync.engine.status.StatusView.Verified;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** How external databases are doing, by what the engine noted of them. */
@ApplicationScoped
class DatabaseStatus {

    private static final Sql DATABASES = Sql.resource(DatabaseStatus.class, "databases.sql");
    private static final Sql MAPPING_STATUS = Sql.resource(DatabaseStatus.class, "mapping_status.sql");

    private static final String FAILING = "error";
    private static final Set<String> COPYING = Set.of("copying", "sweeping");

    /** Counted per mapping where many databases are shown at once. */
    private static final int EXACT_ON_A_PAGE = 1000;

    private final MappingCatalog catalog;
    private final CopyEstimates estimates;

    DatabaseStatus(MappingCatalog catalog, CopyEstimates estimates) {
        this.catalog = catalog;
        this.estimates = estimates;
    }

    /** @param next null on the last page */
    record Found(List<Database> databases, Cursor next) {}

    private record Key(UUID tenancy, String id) {}

    private record Row(Key key, Database withoutMappings, long sort) {}

    /** @param copied rows, null while nothing is being copied */
    private record MappingRow(Key key, MappingStatus status, Copied copied) {}

    private record Copied(Long beganMillis, long rows, double seconds) {}

    Found find(InternalDb.Session session, ListQuery query) throws SQLException {
        var parameters = catalogParameters();
        parameters.put("tenancy", query.tenancy());
        parameters.put("state", query.state());
        parameters.put("search", query.search());
        parameters.put("by_lag", query.byLag());
        parameters.put("after_sort", query.after().sort());
        parameters.put("after_tenancy", query.after().tenancy());
        parameters.put("after_id", query.after().id());
        parameters.put("limit", query.limit() + 1);
        List<Row> found = session.query(DATABASES, parameters, DatabaseStatus::row);
        boolean more = found.size() > query.limit();
        List<Row> page = more ? found.subList(0, query.limit()) : found;
        int exact = query.tenancy() == null ? EXACT_ON_A_PAGE : Counts.EXACT;
        return new Found(withMappings(session, page, exact), more ? cursor(page.get(page.size() - 1)) : null);
    }

    private List<Database> withMappings(InternalDb.Session session, List<Row> page, int exact) throws SQLException {
        var parameters = catalogParameters();
        parameters.put(
                "tenancies", page.stream().map(row -> row.key().tenancy()).toArray(UUID[]::new));
        parameters.put("ids", page.stream().map(row -> row.key().id()).toArray(String[]::new));
        parameters.put("bound", exact + 1);
        List<MappingRow> rows = session.query(MAPPING_STATUS, parameters, row -> mappingRow(row, exact));
        var byDatabase = new HashMap<Key, List<MappingStatus>>();
        for (MappingRow row : withCopies(session, rows)) {
            byDatabase.computeIfAbsent(row.key(), key -> new ArrayList<>()).add(row.status());
        }
        return page.stream()
                .map(row -> complete(row.withoutMappings(), byDatabase.getOrDefault(row.key(), List.of())))
                .toList();
    }

    /** A database is as late as its latest mapping, and shows a mapping's failure where it has none of its own; rows in quarantine are none. */
    private static Database complete(Database database, List<MappingStatus> mappings) {
        Fault error = database.error() != null
                ? database.error()
                : mappings.stream()
                        .filter(mapping -> mapping.state().equals(FAILING))
                        .map(MappingStatus::error)
                        .findFirst()
                        .orElse(null);
        return new Database(
                database.id(),
                database.tenancyId(),
                database.type(),
                database.enabled(),
                database.paused(),
                database.connection(),
                database.status(),
                error,
                mappings.stream().mapToLong(MappingStatus::lagMillis).max().orElse(0),
                database.lastSuccessAtMillis(),
                mappings);
    }

    private List<MappingRow> withCopies(InternalDb.Session session, List<MappingRow> rows) throws SQLException {
        if (rows.stream().allMatch(row -> row.copied() == null)) {
            return rows;
        }
        CopyEstimates.Statistics statistics = estimates.read(session);
        return rows.stream()
                .map(row -> row.copied() == null ? row : withCopy(row, statistics))
                .toList();
    }

    private static MappingRow withCopy(MappingRow row, CopyEstimates.Statistics statistics) {
        Copied copied = row.copied();
        Copy copy = statistics.copy(
                row.status().mappingId(), row.key().tenancy(), copied.beganMillis(), copied.rows(), copied.seconds());
        return new MappingRow(row.key(), row.status().withCopy(copy), copied);
    }

    /** The mappings there are, as the statements want them. */
    Map<String, Object> catalogParameters() {
        var parameters = new HashMap<String, Object>();
        parameters.put("known", catalog.ids().toArray(String[]::new));
        parameters.put(
                "tables",
                catalog.all().stream()
                        .map(mapping -> mapping.source().logName())
                        .toArray(String[]::new));
        return parameters;
    }

    private static Cursor cursor(Row last) {
        return new Cursor(last.sort(), last.key().tenancy(), last.key().id());
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(row.getObject("tenancyId", UUID.class), row.getString("id"));
    }

    private static Row row(ResultSet row) throws SQLException {
        Key key = key(row);
        var database = new Database(
                key.id(),
                key.tenancy(),
                row.getString("type"),
                row.getBoolean("enabled"),
                row.getBoolean("paused"),
                ConnectionView.of(
                        row.getString("host"), row.getInt("port"), row.getString("database"), row.getString("user")),
                row.getString("state"),
                fault(row),
                0,
                row.getObject("last_success_millis", Long.class),
                List.of());
        return new Row(key, database, row.getLong("sort"));
    }

    private static MappingRow mappingRow(ResultSet row, int exact) throws SQLException {
        Fault fault = fault(row);
        long quarantined = row.getLong("quarantined_rows");
        String state = row.getString("state");
        var status = new MappingStatus(
                row.getString("mapping_id"),
                fault != null ? FAILING : Objects.requireNonNullElse(state, "pending"),
                row.getString("reason"),
                fault != null || quarantined == 0 ? fault : refusal(row),
                Counts.id(row.getObject("max_sequence_id", Long.class)),
                Counts.id(row.getObject("last_synced_sequence_id", Long.class)),
                Counts.bounded(row.getLong("rows_behind"), exact),
                Long.toString(row.getLong("rows_applied_total")),
                row.getObject("updated_millis", Long.class),
                Long.toString(quarantined),
                verified(row),
                row.getLong("lag_millis"),
                null);
        return new MappingRow(key(row), status, state != null && COPYING.contains(state) ? copied(row) : null);
    }

    private static Copied copied(ResultSet row) throws SQLException {
        return new Copied(
                row.getObject("copy_began_millis", Long.class),
                row.getLong("rows_copied"),
                row.getDouble("copy_seconds"));
    }

    private static Verified verified(ResultSet row) throws SQLException {
        Long at = row.getObject("verified_millis", Long.class);
        return at == null
                ? null
                : new Verified(
                        at,
                        Counts.id(row.getObject("verified_sequence_id", Long.class)),
                        row.getBoolean("verified_identical"),
                        Counts.id(row.getObject("verified_differences", Long.class)));
    }

    private static Fault refusal(ResultSet row) throws SQLException {
        return new Fault(
                row.getString("refused_code"),
                row.getString("refused_blame"),
                row.getString("refused_message"),
                row.getString("refused_remedy"),
                row.getString("refused_sql_state"),
                row.getObject("refused_since_millis", Long.class),
                Integer.toString(row.getInt("refused_attempts")),
                row.getObject("refused_next_attempt_millis", Long.class));
    }

    private static Fault fault(ResultSet row) throws SQLException {
        String code = row.getString("errorCode");
        return code == null
                ? null
                : new Fault(
                        code,
                        row.getString("errorBlame"),
                        row.getString("errorMessage"),
                        row.getString("errorRemedy"),
                        row.getString("errorSqlState"),
                        row.getObject("since_millis", Long.class),
                        Integer.toString(row.getInt("attempts")),
                        row.getObject("next_attempt_millis", Long.class));
    }
}
