package dev.dbsync.engine.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The table "AdminAction". Thread-safe. */
@ApplicationScoped
public class AuditStore {

    private static final Sql BEGIN = Sql.resource(AuditStore.class, "begin.sql");
    private static final Sql END = Sql.resource(AuditStore.class, "end.sql");
    private static final Sql PAGE = Sql.resource(AuditStore.class, "page.sql");
    private static final TypeReference<LinkedHashMap<String, Object>> DETAILS = new TypeReference<>() {};

    private final InternalDb internalDb;
    private final ObjectMapper json;
    private final AuditConfig config;

    AuditStore(InternalDb internalDb, ObjectMapper json, AuditConfig config) {
        this.internalDb = internalDb;
        this.json = json;
        this.config = config;
    }

    /**
     * An action as it is remembered.
     *
     * @param actor null where nobody gave a name
     * @param tenancyId, externalDatabaseId null where it is about none
     * @param outcome {@code done} or the code of the refusal; null while it goes on, or for ever if the engine died over it
     */
    public record Entry(
            long id,
            Instant startedAt,
            Instant endedAt,
            String via,
            String actor,
            String address,
            String action,
            UUID tenancyId,
            String externalDatabaseId,
            Map<String, Object> details,
            String outcome) {}

    /** @return the row's id */
    long begin(AdminAction action, AuditNotes notes, String address) {
        var values = new HashMap<String, Object>();
        values.put("via", notes.via());
        values.put("actor", notes.actor());
        values.put("address", address);
        values.put("action", action.name());
        values.put("tenancy", action.tenancy());
        values.put("database", action.database());
        values.put("retention_seconds", config.retention().toSeconds());
        return internalDb.queryOne(BEGIN, values, row -> row.getLong("id")).orElseThrow();
    }

    void end(long id, AuditNotes notes, String outcome) {
        var values = new HashMap<String, Object>();
        values.put("id", id);
        values.put("database", notes.database());
        values.put("details", text(notes.details()));
        values.put("outcome", outcome);
        internalDb.inTransaction(session -> session.update(END, values));
    }

    /**
     * The newest actions first.
     *
     * @param tenancy null for everybody's
     * @param before only those of a lower id
     */
    public List<Entry> page(UUID tenancy, long before, int limit) {
        var values = new HashMap<String, Object>();
        values.put("tenancy", tenancy);
        values.put("before", before);
        values.put("limit", limit);
        return internalDb.query(PAGE, values, this::entry);
    }

    private Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong("id"),
                instant(row, "startedAt"),
                instant(row, "endedAt"),
                row.getString("via"),
                row.getString("actor"),
                row.getString("address"),
                row.getString("action"),
                row.getObject("tenancyId", UUID.class),
                row.getString("externalDatabaseId"),
                details(row.getString("details")),
                row.getString("outcome"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private String text(Map<String, Object> details) {
        try {
            return json.writeValueAsString(details);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Notes are texts, numbers and lists of them", e);
        }
    }

    private Map<String, Object> details(String text) {
        try {
            return json.readValue(text, DETAILS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An action's details are always a JSON object", e);
        }
    }
}
