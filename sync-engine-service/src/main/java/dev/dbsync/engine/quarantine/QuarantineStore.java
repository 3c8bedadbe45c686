package dev.dbsync.engine.quarantine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.Mapping.Column;
import dev.dbsync.common.mapping.Mapping.Value;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.internaldb.InternalDb;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** The statements on {@code "QuarantinedRow"}. Thread-safe. */
@ApplicationScoped
public class QuarantineStore {

    private static final Sql COUNT_OTHERS = Sql.resource(QuarantineStore.class, "count_others.sql");
    private static final Sql PARK = Sql.resource(QuarantineStore.class, "park.sql");
    private static final Sql THOSE = Sql.resource(QuarantineStore.class, "those.sql");
    private static final Sql RELEASE = Sql.resource(QuarantineStore.class, "release.sql");
    private static final Sql PAGE = Sql.resource(QuarantineStore.class, "page.sql");
    private static final Sql MAKE_DUE = Sql.resource(QuarantineStore.class, "make_due.sql");
    private static final TypeReference<LinkedHashMap<String, String>> TEXTS = new TypeReference<>() {};

    private final InternalDb internal;
    private final ObjectMapper json;

    QuarantineStore(InternalDb internal, ObjectMapper json) {
        this.internal = internal;
        this.json = json;
    }

    /** What became of rows to be parked. */
    public enum Parked {
        /** They are durable. */
        YES,
        /** The destination was edited or deleted meanwhile; nothing was written. */
        UNWANTED,
        /** The mapping would have more than it may; nothing was written. */
        TOO_MANY
    }

    /**
     * Makes refused rows durable. To be called before the target commits without them.
     *
     * @param limit rows that a mapping may have in quarantine
     */
    public Parked park(Destination destination, Mapping mapping, List<RefusedRow> refused, int limit) {
        var values = new HashMap<String, Object>();
        values.put("destination", destination.destinationId());
        values.put("revision", destination.revision());
        values.put("mapping", mapping.id());
        values.put("table", mapping.source().logName());
        values.put("hashes", refused.stream().map(row -> KeyHash.of(row.key())).toArray(UUID[]::new));
        values.put("keys", texts(refused, row -> json(named(mapping, row.key(), Column::name))));
        values.put("data", texts(refused, row -> json(named(mapping, row.key(), QuarantineStore::sourceColumn))));
        values.put("codes", texts(refused, row -> row.fault().code()));
        values.put("blames", texts(refused, row -> row.fault().blame().word()));
        values.put("sql_states", texts(refused, row -> row.fault().sqlState()));
        values.put("messages", texts(refused, row -> row.fault().message()));
        values.put("remedies", texts(refused, row -> row.fault().remedy()));
        return internal.inTransaction(session -> {
            long others = session.queryOne(
                            COUNT_OTHERS, only(values, "destination", "mapping", "hashes"), row -> row.getLong(1))
                    .orElseThrow();
            if (others + refused.size() > limit) {
                return Parked.TOO_MANY;
            }
            return session.update(PARK, values) == refused.size() ? Parked.YES : Parked.UNWANTED;
        });
    }

    /**
     * Lets go of rows that a page of the log has brought into the target, or out of it. To be called after its commit.
     *
     * @param keys target keys of the page that the target took
     * @param readAt when the page's snapshot of the internal database began, by that database's clock
     */
    public void release(
            Destination destination, Mapping mapping, Collection<List<String>> keys, OffsetDateTime readAt) {
        var values = new HashMap<String, Object>();
        values.put("destination", destination.destinationId());
        values.put("mapping", mapping.id());
        values.put("hashes", keys.stream().map(KeyHash::of).toArray(UUID[]::new));
        values.put("read_at", readAt);
        internal.inTransaction(session -> session.update(RELEASE, values));
    }

    /** Those of these target keys whose rows are in quarantine. */
    public Set<List<String>> those(Destination destination, Mapping mapping, Collection<List<String>> keys) {
        var byHash = new HashMap<UUID, List<String>>();
        keys.forEach(key -> byHash.put(KeyHash.of(key), key));
        return Set.copyOf(internal.query(
                THOSE,
                Map.of(
                        "destination",
                        destination.destinationId(),
                        "mapping",
                        mapping.id(),
                        "hashes",
                        byHash.keySet().toArray(UUID[]::new)),
                row -> byHash.get(row.getObject(1, UUID.class))));
    }

    /**
     * A row as the operator sees it.
     *
     * @param handle names it within its database and mapping; what the next page goes on behind
     * @param key target column to text
     */
    public record QuarantinedRow(
            String mappingId,
            UUID handle,
            Map<String, String> key,
            String code,
            String blame,
            String message,
            String remedy,
            String sqlState,
            int attempts,
            OffsetDateTime firstRefusedAt,
            OffsetDateTime refusedAt,
            OffsetDateTime nextAttemptAt) {}

    /**
     * A page of an external database's rows, by mapping and handle.
     *
     * @param mapping null for all mappings
     * @param afterMapping, afterHandle the last row of the page before; an empty text and zeros for the first page
     */
    public List<QuarantinedRow> page(
            UUID tenancy, String id, String mapping, String afterMapping, UUID afterHandle, int limit) {
        var values = new HashMap<String, Object>();
        values.put("tenancy", tenancy);
        values.put("id", id);
        values.put("mapping", mapping);
        values.put("after_mapping", afterMapping);
        values.put("after_hash", afterHandle);
        values.put("limit", limit);
        return internal.query(PAGE, values, this::row);
    }

    /**
     * Has an external database's rows tried again within a second.
     *
     * @param mappings null for all mappings
     * @return how many
     */
    public int makeDue(UUID tenancy, String id, Collection<String> mappings) {
        var values = new HashMap<String, Object>();
        values.put("tenancy", tenancy);
        values.put("id", id);
        values.put("mappings", mappings == null ? null : mappings.toArray(String[]::new));
        return internal.inTransaction(session -> session.update(MAKE_DUE, values));
    }

    private QuarantinedRow row(ResultSet row) throws SQLException {
        return new QuarantinedRow(
                row.getString("mappingId"),
                row.getObject("keyHash", UUID.class),
                texts(row.getString("key")),
                row.getString("errorCode"),
                row.getString("errorBlame"),
                row.getString("errorMessage"),
                row.getString("errorRemedy"),
                row.getString("errorSqlState"),
                row.getInt("attempts"),
                row.getObject("firstRefusedAt", OffsetDateTime.class),
                row.getObject("refusedAt", OffsetDateTime.class),
                row.getObject("nextAttemptAt", OffsetDateTime.class));
    }

    private static Map<String, Object> only(Map<String, Object> values, String... names) {
        var some = new HashMap<>(values);
        some.keySet().retainAll(List.of(names));
        return some;
    }

    private static String sourceColumn(Column keyColumn) {
        return ((Value.SourceColumn) keyColumn.value()).column();
    }

    private static Map<String, String> named(Mapping mapping, List<String> key, Function<Column, String> name) {
        var named = new LinkedHashMap<String, String>();
        List<Column> columns = mapping.keyColumns();
        for (int i = 0; i < columns.size(); i++) {
            named.put(name.apply(columns.get(i)), key.get(i));
        }
        return named;
    }

    private static String[] texts(List<RefusedRow> rows, Function<RefusedRow, String> text) {
        return rows.stream().map(text).toArray(String[]::new);
    }

    private String json(Map<String, String> texts) {
        try {
            return json.writeValueAsString(texts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts is always JSON", e);
        }
    }

    private Map<String, String> texts(String object) {
        try {
            return json.readValue(object, TEXTS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A quarantined row's key is always a JSON object of texts", e);
        }
    }
}
