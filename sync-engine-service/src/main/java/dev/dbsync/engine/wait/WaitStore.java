package dev.dbsync.engine.wait;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.common.mapping.TableName;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.wait.Facts.Applied;
import dev.dbsync.engine.wait.Facts.Log;
import dev.dbsync.engine.wait.Facts.Needed;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What waiters ask the internal database, each kind in one statement for all of them. Thread-safe. */
@ApplicationScoped
class WaitStore {

    private static final Sql EXISTS = Sql.resource(WaitStore.class, "exists.sql");
    private static final Sql LOG = Sql.resource(WaitStore.class, "log.sql");
    private static final Sql NEEDED = Sql.resource(WaitStore.class, "needed.sql");
    private static final Sql APPLIED = Sql.resource(WaitStore.class, "applied.sql");

    private final InternalDb internalDb;
    private final MappingCatalog catalog;

    WaitStore(InternalDb internalDb, MappingCatalog catalog) {
        this.internalDb = internalDb;
        this.catalog = catalog;
    }

    boolean exists(UUID tenancy, String id) {
        return internalDb
                .queryOne(EXISTS, Map.of("tenancy", tenancy, "id", id), row -> row.getBoolean(1))
                .orElse(false);
    }

    /** By the waiter's place in the list. */
    Map<Integer, Log> log(List<Waiter> waiters) {
        var parameters = numbered(waiters);
        parameters.put("transactions", texts(waiters, waiter -> waiter.token().transaction()));
        parameters.put("expansions", numbers(waiters, Waiter::expansions));
        parameters.put("changed", numbers(waiters, Waiter::changed));
        parameters.put("deleted", numbers(waiters, Waiter::deleted));
        var found = new HashMap<Integer, Log>();
        internalDb.query(LOG, parameters, row -> found.put(row.getInt("n"), log(row)));
        return found;
    }

    private static Log log(ResultSet row) throws SQLException {
        return new Log(
                row.getBoolean("sequencer_enabled"),
                row.getBoolean("moved"),
                row.getObject("history", UUID.class),
                row.getBoolean("ended"),
                row.getString("state"),
                row.getLong("newest_expansion"),
                row.getBoolean("expanding"),
                row.getLong("newest_changed"),
                row.getLong("newest_deleted"),
                row.getBoolean("sequencing"));
    }

    /** By mapping id, of all mappings. */
    Map<String, Needed> needed(UUID tenancy) {
        var needed = new LinkedHashMap<String, Needed>();
        internalDb.query(
                NEEDED,
                Map.of(
                        "tenancy", tenancy,
                        "known", catalog.ids().toArray(String[]::new),
                        "tables", ofMappings(mapping -> mapping.source().logName()),
                        "reads",
                                ofMappings(mapping -> mapping.tables().stream()
                                        .map(TableName::logName)
                                        .collect(Collectors.joining("\n")))),
                row -> needed.put(
                        row.getString("mapping_id"),
                        new Needed(row.getLong("sequence_id"), row.getLong("generation"))));
        return needed;
    }

    private String[] ofMappings(Function<Mapping, String> property) {
        return catalog.all().stream().map(property).toArray(String[]::new);
    }

    /** By the waiter's place in the list. */
    Map<Integer, Applied> applied(List<Waiter> waiters) {
        var parameters = numbered(waiters);
        parameters.put("ids", texts(waiters, Waiter::database));
        var found = new HashMap<Integer, Applied>();
        internalDb.query(APPLIED, parameters, row -> {
            Applied applied = found.get(row.getInt("n"));
            if (applied == null) {
                applied = applied(row);
                found.put(row.getInt("n"), applied);
            }
            if (row.getString("mapping_id") != null) {
                applied.mappings().put(row.getString("mapping_id"), mapping(row));
            }
            return applied;
        });
        return found;
    }

    private static Applied applied(ResultSet row) throws SQLException {
        Array mappings = row.getArray("mappings");
        return new Applied(
                row.getBoolean("found"),
                row.getBoolean("paused"),
                row.getBoolean("engine_enabled") && row.getBoolean("poller_enabled"),
                row.getBoolean("moved"),
                row.getObject("history", UUID.class),
                reason(row, "database"),
                mappings == null ? null : List.of((String[]) mappings.getArray()),
                new HashMap<>());
    }

    private static Facts.Mapping mapping(ResultSet row) throws SQLException {
        return new Facts.Mapping(
                row.getString("state"),
                row.getObject("sequence_id", Long.class),
                row.getObject("generation", Long.class),
                reason(row, "mapping"),
                row.getLong("quarantined"));
    }

    private static Reason reason(ResultSet row, String of) throws SQLException {
        String code = row.getString(of + "_code");
        return code == null ? null : new Reason(code, row.getString(of + "_message"), row.getString(of + "_remedy"));
    }

    private static Map<String, Object> numbered(List<Waiter> waiters) {
        var parameters = new HashMap<String, Object>();
        parameters.put("waiters", IntStream.range(0, waiters.size()).boxed().toArray(Integer[]::new));
        parameters.put("tenancies", waiters.stream().map(Waiter::tenancy).toArray(UUID[]::new));
        return parameters;
    }

    private static String[] texts(List<Waiter> waiters, Function<Waiter, String> property) {
        return waiters.stream().map(property).map(Objects::toString).toArray(String[]::new);
    }

    private static Long[] numbers(List<Waiter> waiters, Function<Waiter, Long> property) {
        return waiters.stream().map(property).toArray(Long[]::new);
    }
}
