package dev.dbsync.engine.destination;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.destination.Destination.MappingState;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.secret.ConnectionCipher;
import dev.dbsync.engine.secret.EncryptedText;
import dev.dbsync.engine.secret.UndecryptableException;
import dev.dbsync.engine.target.ConnectionSettings;
import dev.dbsync.engine.target.ConnectionString;
import dev.dbsync.engine.target.InvalidConnectionStringException;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.TargetFault;
import dev.dbsync.engine.target.TargetFault.Blame;
import dev.dbsync.engine.target.TargetFault.Pace;
import dev.dbsync.engine.target.TargetFault.Scope;
import dev.dbsync.engine.target.TargetRefusedException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** The engine's statements on the destinations' tables. Thread-safe. */
@ApplicationScoped
public class DestinationStore {

    private static final Sql ADMISSION = Sql.resource(DestinationStore.class, "admission.sql");
    private static final Sql AWAITED = Sql.resource(DestinationStore.class, "awaited.sql");
    private static final Sql EXISTS = Sql.resource(DestinationStore.class, "exists.sql");
    private static final Sql PROVEN = Sql.resource(DestinationStore.class, "proven.sql");
    private static final Sql HEALTHY = Sql.resource(DestinationStore.class, "healthy.sql");
    private static final Sql DATABASE_FAILED = Sql.resource(DestinationStore.class, "database_failed.sql");
    private static final Sql DATABASE_PUT_OFF = Sql.resource(DestinationStore.class, "database_put_off.sql");
    private static final Sql MAPPING_FAILED = Sql.resource(DestinationStore.class, "mapping_failed.sql");
    private static final Sql PROGRESS = Sql.resource(DestinationStore.class, "progress.sql");
    private static final Sql ENQUEUE = Sql.resource(DestinationStore.class, "enqueue.sql");

    private final InternalDb internal;
    private final ConnectionCipher cipher;

    DestinationStore(InternalDb internal, ConnectionCipher cipher) {
        this.internal = internal;
        this.cipher = cipher;
    }

    /**
     * How a delivery for the tenancy is to be treated, with its destinations.
     *
     * @param logTables the table that a mapping's log entries name, by mapping id; of the others it is not known whether they have news
     */
    public Admission admission(UUID tenancyId, Map<String, String> logTables) {
        List<Found> rows = internal.alone(session -> session.query(
                ADMISSION,
                Map.of(
                        "tenancy", tenancyId,
                        "mappings", session.array("text", logTables.keySet().toArray()),
                        "tables", session.array("text", logTables.values().toArray())),
                row -> found(tenancyId, row)));
        if (rows.isEmpty() || !rows.get(0).enabled()) {
            return new Admission.SwitchedOff();
        }
        return rows.get(0).known()
                ? new Admission.Admitted(
                        tenancyId,
                        rows.stream().flatMap(row -> row.destination().stream()).toList())
                : new Admission.UnknownTenancy();
    }

    private record Found(boolean enabled, boolean known, Optional<Destination> destination) {}

    private static Found found(UUID tenancyId, ResultSet row) throws SQLException {
        return new Found(
                row.getBoolean("enabled"),
                row.getBoolean("known"),
                row.getString("id") == null ? Optional.empty() : Optional.of(destination(tenancyId, row)));
    }

    private static Destination destination(UUID tenancyId, ResultSet row) throws SQLException {
        var encrypted = new EncryptedText(row.getString("key_id"), row.getBytes("ciphertext"));
        Array mappings = row.getArray("mappings");
        return new Destination(
                tenancyId,
                row.getString("id"),
                row.getObject("installation_id", UUID.class),
                row.getObject("destination_id", UUID.class),
                row.getLong("revision"),
                encrypted,
                row.getString("schema"),
                mappings == null ? Optional.empty() : Optional.of(List.of((String[]) mappings.getArray())),
                Optional.ofNullable(row.getString("reader_role")),
                row.getBoolean("proven"),
                row.getObject("due", OffsetDateTime.class),
                row.getBoolean("put_off"),
                row.getInt("attempts"),
                mappingStates(row),
                Set.of((String[]) row.getArray("quarantined").getArray()));
    }

    private static Map<String, MappingState> mappingStates(ResultSet row) throws SQLException {
        if (row.getArray("mapping_ids") == null) {
            return Map.of();
        }
        var ids = (String[]) row.getArray("mapping_ids").getArray();
        var attempts = (Integer[]) row.getArray("mapping_attempts").getArray();
        var putOff = (Boolean[]) row.getArray("mapping_put_off").getArray();
        var phases = (String[]) row.getArray("mapping_states").getArray();
        var watermarks = (Long[]) row.getArray("mapping_watermarks").getArray();
        var news = (Boolean[]) row.getArray("mapping_news").getArray();
        var states = new HashMap<String, MappingState>();
        for (int i = 0; i < ids.length; i++) {
            states.put(
                    ids[i],
                    new MappingState(attempts[i], putOff[i], phases[i], watermarks[i], Boolean.TRUE.equals(news[i])));
        }
        return states;
    }

    /**
     * How to reach the destination, with its secret.
     *
     * @throws TargetRefusedException {@code CONNECTION_STRING_UNREADABLE} if it cannot be decrypted
     */
    public ConnectionSettings settings(Destination destination) throws TargetRefusedException {
        try {
            return ConnectionString.parse(
                    cipher.decrypt(destination.connection(), destination.tenancyId(), destination.id()));
        } catch (UndecryptableException | InvalidConnectionStringException e) {
            throw new TargetRefusedException(new TargetFault(
                    "CONNECTION_STRING_UNREADABLE",
                    Blame.OPERATOR,
                    "The stored connection string cannot be read with the encryption keys given",
                    "Give the engine the key with id '"
                            + destination.connection().keyId() + "' again, or set the connection string anew",
                    null,
                    Scope.CONNECTION,
                    Pace.LATER));
        }
    }

    /** Whether the destination still exists. */
    public boolean exists(UUID destinationId) {
        return internal.query(EXISTS, Map.of("destination", destinationId), row -> row.getBoolean(1))
                .get(0);
    }

    /** Whether another request of the tenancy waits for the one that is being worked off. */
    public boolean isAwaited(UUID tenancyId) {
        return internal.query(AWAITED, Map.of("tenancy", tenancyId), row -> row.getBoolean(1))
                .get(0);
    }

    /** The database works: a step was committed, or there was nothing to do. */
    public void healthy(Destination destination) {
        update(HEALTHY, Map.of("destination", destination.destinationId(), "revision", destination.revision()));
    }

    /** The database was reached and the schema is ours. */
    public void proven(Destination destination) {
        update(PROVEN, Map.of("destination", destination.destinationId(), "revision", destination.revision()));
    }

    /** The database as a whole failed; it is owed from now + pause on. */
    public void databaseFailed(Destination destination, TargetFault fault, Duration pause) {
        Map<String, Object> values = values(fault, pause);
        values.put("destination", destination.destinationId());
        values.put("revision", destination.revision());
        update(DATABASE_FAILED, values);
    }

    /** There was no room for the database; it is owed from now + pause on. */
    public void putOff(Destination destination, Duration pause) {
        update(DATABASE_PUT_OFF, Map.of("destination", destination.destinationId(), "pause_millis", pause.toMillis()));
    }

    /** One mapping failed; it is owed from now + pause on. */
    public void mappingFailed(Destination destination, String mappingId, TargetFault fault, Duration pause) {
        Map<String, Object> values = values(fault, pause);
        values.put("destination", destination.destinationId());
        values.put("revision", destination.revision());
        values.put("mapping", mappingId);
        update(MAPPING_FAILED, values);
    }

    private static Map<String, Object> values(TargetFault fault, Duration pause) {
        var values = new HashMap<String, Object>();
        values.put("code", fault.code());
        values.put("blame", fault.blame().word());
        values.put("sql_state", fault.sqlState());
        values.put("message", fault.message());
        values.put("remedy", fault.remedy());
        values.put("pause_millis", pause.toMillis());
        return values;
    }

    /**
     * A position that the target has committed.
     *
     * @param applied rows changed there since the last mirror
     */
    public record Progress(String mappingId, Position position, long applied) {}

    /** What is known of a run besides the positions it committed. */
    public enum RunState {
        /** It is under way, or was cut short. */
        UNFINISHED,
        /** It came to its end: what was due when it began is done, or owed by other means. */
        SETTLED,
        /** It came to its end and owes nothing: the database works. */
        SUCCEEDED
    }

    /** Mirrors committed positions, whose mappings are healthy, and what the run came to. */
    public void progress(Destination destination, List<Progress> progress, RunState state) {
        internal.alone(session -> {
            Map<String, Object> values = new HashMap<>();
            values.put("destination", destination.destinationId());
            values.put("revision", destination.revision());
            values.put("due", state == RunState.UNFINISHED ? null : destination.due());
            values.put("succeeded", state == RunState.SUCCEEDED);
            values.put("mappings", array(session, "text", progress, Progress::mappingId));
            values.put(
                    "states",
                    array(session, "text", progress, p -> p.position().phase().text()));
            values.put(
                    "epochs",
                    array(
                            session,
                            "text",
                            progress,
                            p -> Objects.toString(p.position().epoch(), null)));
            values.put(
                    "watermarks",
                    array(session, "bigint", progress, p -> p.position().watermark()));
            values.put(
                    "copied",
                    array(session, "bigint", progress, p -> p.position().rowsCopied()));
            values.put("applied", array(session, "bigint", progress, Progress::applied));
            values.put(
                    "generations",
                    array(session, "bigint", progress, p -> p.position().generation()));
            return session.update(PROGRESS, values);
        });
    }

    private static Array array(
            InternalDb.Session session, String type, List<Progress> progress, Function<Progress, Object> value)
            throws SQLException {
        return session.array(type, progress.stream().map(value).toArray());
    }

    /** Somebody must come back to this tenancy. */
    public void enqueue(UUID tenancyId) {
        internal.query(ENQUEUE, Map.of("tenancy", tenancyId), row -> true);
    }

    private void update(Sql sql, Map<String, ?> values) {
        internal.alone(session -> session.update(sql, values));
    }
}
