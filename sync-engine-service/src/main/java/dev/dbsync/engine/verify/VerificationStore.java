package dev.dbsync.engine.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.verify.MappingProgress.Found;
import dev.dbsync.engine.verify.MappingProgress.Result;
import dev.dbsync.engine.verify.VerificationView.KeyView;
import dev.dbsync.engine.verify.VerificationView.MappingView;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The tables {@code "Verification"} and {@code "VerificationMapping"}. Thread-safe. */
@ApplicationScoped
public class VerificationStore {

    private static final Sql CANCEL_SCRUB = sql("cancel_scrub.sql");
    private static final Sql INSERT = sql("insert.sql");
    private static final Sql INSERT_MAPPINGS = sql("insert_mappings.sql");
    private static final Sql SCHEDULE = sql("schedule.sql");
    private static final Sql CANCEL_UNWANTED = sql("cancel_unwanted.sql");
    private static final Sql CLAIM = sql("claim.sql");
    private static final Sql MAPPINGS_OF = sql("mappings_of.sql");
    private static final Sql SAVE = sql("save.sql");
    private static final Sql MIRROR = sql("mirror.sql");
    private static final Sql RELEASE = sql("release.sql");
    private static final Sql FINISH = sql("finish.sql");
    private static final Sql PURGE = sql("purge.sql");
    private static final Sql HISTORY = sql("history.sql");
    private static final TypeReference<List<List<String>>> KEYS = new TypeReference<>() {};
    private static final TypeReference<List<String>> KEY = new TypeReference<>() {};
    private static final TypeReference<List<Found>> FOUND = new TypeReference<>() {};

    private final InternalDb internal;
    private final MappingCatalog catalog;
    private final ObjectMapper json;
    private final VerifyConfig config;

    VerificationStore(InternalDb internal, MappingCatalog catalog, ObjectMapper json, VerifyConfig config) {
        this.internal = internal;
        this.catalog = catalog;
        this.json = json;
        this.config = config;
    }

    /**
     * A verification that somebody holds.
     *
     * @param token names the holder
     * @param attempts slices in a row that did not come to their end, this one included
     * @param now when it was claimed, by the internal database's clock
     */
    record Claimed(
            UUID id,
            UUID token,
            UUID destinationId,
            long revision,
            UUID tenancyId,
            String database,
            boolean scrubber,
            boolean repair,
            int attempts,
            OffsetDateTime startedAt,
            OffsetDateTime now,
            List<MappingProgress> mappings) {}

    /** Somebody else has taken the verification over, or it was cancelled: what this holder knows is worth nothing any more. */
    static final class LeaseLost extends RuntimeException {}

    /**
     * Asks for a verification. One by the scrubber that is under way gives way.
     *
     * @return empty if one that was asked for is under way, or the database is paused or disabled
     */
    public Optional<VerificationView> request(UUID tenancy, String id, List<String> mappings, boolean repair) {
        Map<String, Object> key = Map.of("tenancy", tenancy, "id", id);
        Optional<UUID> begun = internal.inTransaction(session -> {
            session.update(CANCEL_SCRUB, key);
            Optional<UUID> verification = session.queryOne(
                    INSERT,
                    Map.of("tenancy", tenancy, "id", id, "repair", repair),
                    row -> row.getObject(1, UUID.class));
            if (verification.isPresent()) {
                session.update(
                        INSERT_MAPPINGS,
                        Map.of("verification", verification.get(), "mappings", mappings.toArray(String[]::new)));
            }
            return verification;
        });
        return begun.flatMap(verification -> history(tenancy, id).stream()
                .filter(view -> view.id().equals(verification.toString()))
                .findFirst());
    }

    /** A database's verifications, the newest first. */
    public List<VerificationView> history(UUID tenancy, String id) {
        record Run(UUID id, VerificationView view) {}
        return internal.inTransaction(session -> {
            List<Run> runs = session.query(
                    HISTORY,
                    Map.of("tenancy", tenancy, "id", id, "limit", config.history() + 1),
                    row -> new Run(row.getObject("id", UUID.class), view(row)));
            Map<UUID, List<MappingProgress>> mappings =
                    mappings(session, runs.stream().map(Run::id).toList());
            return runs.stream()
                    .map(run -> withMappings(run.view(), mappings.getOrDefault(run.id(), List.of())))
                    .toList();
        });
    }

    private static VerificationView view(ResultSet row) throws SQLException {
        String code = row.getString("errorCode");
        return new VerificationView(
                row.getString("id"),
                row.getString("state"),
                row.getString("origin"),
                row.getBoolean("repair"),
                millis(row, "createdAt"),
                millis(row, "startedAt"),
                millis(row, "finishedAt"),
                code == null ? null : new VerificationView.Error(code, row.getString("errorMessage")),
                List.of());
    }

    private VerificationView withMappings(VerificationView view, List<MappingProgress> mappings) {
        return new VerificationView(
                view.id(),
                view.state(),
                view.origin(),
                view.repair(),
                view.createdAtMillis(),
                view.startedAtMillis(),
                view.finishedAtMillis(),
                view.error(),
                mappings.stream().map(this::view).toList());
    }

    private MappingView view(MappingProgress m) {
        return new MappingView(
                m.mappingId,
                m.result == null ? null : m.result.text(),
                m.reason,
                m.sequenceId == null ? null : m.sequenceId.toString(),
                Long.toString(m.rowsCompared),
                Long.toString(m.missing),
                Long.toString(m.extra),
                Long.toString(m.different),
                Long.toString(m.repaired),
                Long.toString(m.quarantined),
                Long.toString(m.undecided),
                m.found.stream()
                        .map(found -> new KeyView(found.kind(), named(m.mappingId, found.key())))
                        .toList(),
                m.finishedAt == null ? null : m.finishedAt.toInstant().toEpochMilli());
    }

    /** By the mapping's columns as they are now; by numbers where they have changed since. */
    private Map<String, String> named(String mappingId, List<String> key) {
        List<String> columns = catalog.all().stream()
                .filter(mapping -> mapping.id().equals(mappingId))
                .flatMap(mapping -> mapping.keyColumns().stream())
                .map(column -> column.name())
                .toList();
        var named = new LinkedHashMap<String, String>();
        for (int i = 0; i < key.size(); i++) {
            named.put(columns.size() == key.size() ? columns.get(i) : Integer.toString(i + 1), key.get(i));
        }
        return named;
    }

    /** @return whether the scrubber has begun a verification */
    boolean schedule() {
        return internal.inTransaction(session -> session.update(
                        SCHEDULE,
                        Map.of(
                                "known",
                                catalog.ids().toArray(String[]::new),
                                "interval_millis",
                                config.scrubInterval().toMillis(),
                                "most",
                                config.scrubParallelism(),
                                "repair",
                                config.scrubRepair())))
                > 0;
    }

    void cancelUnwanted() {
        internal.inTransaction(session -> session.update(CANCEL_UNWANTED, Map.of()));
    }

    /** Takes the next verification that is due; empty if there is none. */
    Optional<Claimed> claim() {
        UUID token = UUID.randomUUID();
        return internal.inTransaction(session -> {
            Optional<Claimed> claimed = session.queryOne(
                    CLAIM,
                    Map.of("token", token, "lease_millis", config.lease().toMillis()),
                    row -> new Claimed(
                            row.getObject("id", UUID.class),
                            token,
                            row.getObject("destinationId", UUID.class),
                            row.getLong("revision"),
                            row.getObject("tenancyId", UUID.class),
                            row.getString("database"),
                            row.getString("origin").equals("scrubber"),
                            row.getBoolean("repair"),
                            row.getInt("attempts"),
                            row.getObject("startedAt", OffsetDateTime.class),
                            row.getObject("now", OffsetDateTime.class),
                            new ArrayList<>()));
            if (claimed.isPresent()) {
                UUID id = claimed.get().id();
                claimed.get().mappings().addAll(mappings(session, List.of(id)).getOrDefault(id, List.of()));
            }
            return claimed;
        });
    }

    private Map<UUID, List<MappingProgress>> mappings(InternalDb.Session session, List<UUID> verifications)
            throws SQLException {
        var byVerification = new HashMap<UUID, List<MappingProgress>>();
        session.query(
                MAPPINGS_OF,
                Map.of("verifications", verifications.toArray(UUID[]::new)),
                row -> byVerification
                        .computeIfAbsent(row.getObject("verificationId", UUID.class), id -> new ArrayList<>())
                        .add(progress(row)));
        return byVerification;
    }

    private MappingProgress progress(ResultSet row) throws SQLException {
        var progress = new MappingProgress(row.getInt("ordinal"), row.getString("mappingId"));
        progress.started = row.getObject("startedAt") != null;
        progress.sequenceId = row.getObject("sequenceId", Long.class);
        progress.comparedAt = row.getObject("comparedAt", OffsetDateTime.class);
        progress.compared = progress.comparedAt != null;
        progress.cursor = read(row.getString("pageCursor"), KEY);
        progress.candidates = read(row.getString("candidates"), KEYS);
        progress.owed = read(row.getString("owed"), KEYS);
        progress.rowsCompared = row.getLong("rowsCompared");
        progress.missing = row.getLong("missing");
        progress.extra = row.getLong("extra");
        progress.different = row.getLong("different");
        progress.quarantined = row.getLong("quarantined");
        progress.undecided = row.getLong("undecided");
        progress.repaired = row.getLong("repaired");
        progress.found = read(row.getString("found"), FOUND);
        String result = row.getString("result");
        progress.result = result == null ? null : Result.valueOf(result.toUpperCase(Locale.ROOT));
        progress.reason = row.getString("reason");
        progress.finishedAt = row.getObject("finishedAt", OffsetDateTime.class);
        return progress;
    }

    /** @throws LeaseLost if somebody else holds it */
    void save(Claimed held, MappingProgress progress) {
        var values = new HashMap<String, Object>();
        values.put("verification", held.id());
        values.put("token", held.token());
        values.put("lease_millis", config.lease().toMillis());
        values.put("ordinal", progress.ordinal);
        values.put("sequence_id", progress.sequenceId);
        values.put("compared", progress.compared);
        values.put("cursor", progress.cursor == null ? null : write(progress.cursor));
        values.put("candidates", write(progress.candidates));
        values.put("owed", write(progress.owed));
        values.put("rows_compared", progress.rowsCompared);
        values.put("missing", progress.missing);
        values.put("extra", progress.extra);
        values.put("different", progress.different);
        values.put("quarantined", progress.quarantined);
        values.put("undecided", progress.undecided);
        values.put("repaired", progress.repaired);
        values.put("found", write(progress.found));
        values.put("result", progress.result == null ? null : progress.result.text());
        values.put("reason", progress.reason);
        int saved = internal.inTransaction(session -> {
            int updated = session.update(SAVE, values);
            if (updated == 1 && progress.result != null) {
                mirror(session, held, progress);
            }
            return updated;
        });
        if (saved != 1) {
            throw new LeaseLost();
        }
    }

    private static void mirror(InternalDb.Session session, Claimed held, MappingProgress progress) throws SQLException {
        boolean tellsNothing = progress.result == Result.NOT_FOLLOWING || progress.result == Result.UNDECIDED;
        if (tellsNothing) {
            return;
        }
        var values = new HashMap<String, Object>();
        values.put("destination", held.destinationId());
        values.put("mapping", progress.mappingId);
        values.put("sequence_id", progress.sequenceId);
        values.put("identical", progress.result == Result.IDENTICAL);
        values.put("differences", progress.result == Result.COPIED_AGAIN ? null : progress.left());
        session.update(MIRROR, values);
    }

    /** The next slice begins after the pause. */
    void release(Claimed held, Duration pause, boolean failed) {
        internal.inTransaction(session -> session.update(
                RELEASE,
                Map.of(
                        "verification",
                        held.id(),
                        "token",
                        held.token(),
                        "pause_millis",
                        pause.toMillis(),
                        "failed",
                        failed)));
    }

    void done(Claimed held) {
        finish(held, "done", null, null);
    }

    void failed(Claimed held, String code, String message) {
        finish(held, "failed", code, message);
    }

    void cancelled(Claimed held) {
        finish(held, "cancelled", null, null);
    }

    private void finish(Claimed held, String state, String code, String message) {
        var values = new HashMap<String, Object>();
        values.put("verification", held.id());
        values.put("token", held.token());
        values.put("state", state);
        values.put("error_code", code);
        values.put("error_message", message);
        internal.inTransaction(session -> {
            session.update(FINISH, values);
            return session.update(PURGE, Map.of("destination", held.destinationId(), "kept", config.history()));
        });
    }

    private static Long millis(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant().toEpochMilli();
    }

    private <T> T read(String text, TypeReference<T> type) {
        try {
            return text == null ? null : json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What was written down of a verification cannot be read", e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Keys are texts, and texts can be written", e);
        }
    }

    private static Sql sql(String file) {
        return Sql.resource(VerificationStore.class, file);
    }
}
