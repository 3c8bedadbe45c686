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

    private static final Sql LOAD = Sql.resource(DestinationStore.class, "load.sql");
    private static final Sql LOAD_MAPPING_STATES = Sql.resource(DestinationStore.class, "load_mapping_states.sql");
    private static final Sql INSTALLATION = Sql.resource(DestinationStore.class, "installation.sql");
    private static final Sql EXISTS = Sql.resource(DestinationStore.class, "exists.sql");
    private static final Sql PROVEN = Sql.resource(DestinationStore.class, "proven.sql");
    private static final Sql SETTLED = Sql.resource(DestinationStore.class, "settled.sql");
    private static final Sql HEALTHY = Sql.resource(DestinationStore.class, "healthy.sql");
    private static final Sql DATABASE_FAILED = Sql.resource(DestinationStore.class, "database_failed.sql");
    private static final Sql DATABASE_PUT_OFF = Sql.resource(DestinationStore.class, "database_put_off.sql");
    private static final Sql MAPPING_FAILED = Sql.resource(DestinationStore.class, "mapping_failed.sql");
    private static final Sql PROGRESS = Sql.resource(DestinationStore.class, "progress.sql");
    private static final Sql SUCCEEDED = Sql.resource(DestinationStore.class, "succeeded.sql");
    private static final Sql ENQUEUE = Sql.resource(DestinationStore.class, "enqueue.sql");

    private final InternalDb internal;
    private final ConnectionCipher cipher;

    DestinationStore(InternalDb internal, ConnectionCipher cipher) {
        this.internal = internal;
        this.cipher = cipher;
    }

    /** The tenancy's destinations that want to be written to; none if the tenancy is unknown. */
    public List<Destination> load(UUID tenancyId) {
        Map<UUID, Map<String, MappingState>> states = new HashMap<>();
        internal.query(
                LOAD_MAPPING_STATES,
                Map.of("tenancy", tenancyId),
                row -> states.computeIfAbsent(row.getObject("destination_id", UUID.class), id -> new HashMap<>())
                        .put(
                                row.getString("mapping_id"),
                                new MappingState(
                                        row.getInt("attempts"),
                                        row.getBoolean("put_off"),
                                        row.getString("state"),
                                        row.getLong("watermark"))));
        return internal.query(LOAD, Map.of("tenancy", tenancyId), row -> destination(tenancyId, row, states));
    }

    private Destination destination(UUID tenancyId, ResultSet row, Map<UUID, Map<String, MappingState>> states)
            throws SQLException {
        String id = row.getString("id");
        UUID destinationId = row.getObject("destination_id", UUID.class);
        var encrypted = new EncryptedText(row.getString("key_id"), row.getBytes("ciphertext"));
        Array mappings = row.getArray("mappings");
        return new Destination(
                tenancyId,
                id,
                destinationId,
                row.getLong("revision"),
                encrypted,
                row.getString("schema"),
                mappings == null ? Optional.empty() : Optional.of(List.of((String[]) mappings.getArray())),
                Optional.ofNullable(row.getString("reader_role")),
                row.getBoolean("proven"),
                row.getObject("due", OffsetDateTime.class),
                row.getBoolean("put_off"),
                row.getInt("attempts"),
                states.getOrDefault(destinationId, Map.of()),
                Set.of((String[]) row.getArray("quarantined").getArray()));
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

    /** The random id of this installation. */
    public UUID installationId() {
        return internal.query(INSTALLATION, Map.of(), row -> row.getObject(1, UUID.class))
                .get(0);
    }

    /** Whether the destination still exists. */
    public boolean exists(UUID destinationId) {
        return internal.query(EXISTS, Map.of("destination", destinationId), row -> row.getBoolean(1))
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

    /** A run came to its end: what was due when it began is done, or owed by other means. */
    public void settled(Destination destination) {
        if (destination.due() != null) {
            update(SETTLED, Map.of("destination", destination.destinationId(), "due", destination.due()));
        }
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

    /** Mirrors committed positions; these mappings are healthy. */
    public void progress(Destination destination, List<Progress> progress) {
        if (progress.isEmpty()) {
            return;
        }
        internal.inTransaction(session -> {
            Map<String, Object> values = new HashMap<>();
            values.put("destination", destination.destinationId());
            values.put("revision", destination.revision());
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
            return session.update(PROGRESS, values);
        });
    }

    private static Array array(
            InternalDb.Session session, String type, List<Progress> progress, Function<Progress, Object> value)
            throws SQLException {
        return session.array(type, progress.stream().map(value).toArray());
    }

    /** A run went through to the end. */
    public void succeeded(Destination destination) {
        update(SUCCEEDED, Map.of("destination", destination.destinationId()));
    }

    /** Somebody must come back to this tenancy. */
    public void enqueue(UUID tenancyId) {
        internal.query(ENQUEUE, Map.of("tenancy", tenancyId), row -> true);
    }

    private void update(Sql sql, Map<String, ?> values) {
        internal.inTransaction(session -> session.update(sql, values));
    }
}
