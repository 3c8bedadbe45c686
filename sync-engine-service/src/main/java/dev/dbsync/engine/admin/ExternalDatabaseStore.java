package dev.dbsync.engine.admin;

import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.internaldb.TenancyTable;
import dev.dbsync.engine.quarantine.QuarantineStore;
import dev.dbsync.engine.secret.EncryptedText;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** The table "ExternalDatabase", as the operator's API changes it. Every change that makes work enqueues the tenancy with it. */
@ApplicationScoped
class ExternalDatabaseStore {

    private static final Sql FIND = sql("find.sql");
    private static final Sql LOCK = sql("lock.sql");
    private static final Sql LIST = sql("list.sql");
    private static final Sql INSERT = sql("insert.sql");
    private static final Sql UPDATE = sql("update.sql");
    private static final Sql FORGIVE_MAPPINGS = sql("forgive_mappings.sql");
    private static final Sql FORGET_MAPPINGS = sql("forget_mappings.sql");
    private static final Sql EXPECT_MAPPINGS = sql("expect_mappings.sql");
    private static final Sql DELETE = sql("delete.sql");
    private static final Sql PAUSE = sql("pause.sql");
    private static final Sql RESUME = sql("resume.sql");
    private static final Sql TENANCY_IS_KNOWN = sql("tenancy_is_known.sql");
    private static final Sql MAKE_DATABASES_DUE = sql("make_databases_due.sql");
    private static final Sql MAKE_MAPPINGS_DUE = sql("make_mappings_due.sql");
    private static final Sql MAKE_QUARANTINED_DUE = Sql.resource(QuarantineStore.class, "make_due.sql");
    private static final Sql REQUEST_RESYNC = sql("request_resync.sql");
    private static final Sql ENQUEUE = sql("enqueue.sql");
    private static final Sql INSTALLATION = sql("installation.sql");

    private final InternalDb internalDb;
    private final MappingCatalog catalog;

    ExternalDatabaseStore(InternalDb internalDb, MappingCatalog catalog) {
        this.internalDb = internalDb;
        this.catalog = catalog;
    }

    /** Judges what is there against what is wanted; called with the row locked. */
    @FunctionalInterface
    interface Comparison {
        Difference between(ExternalDatabase present);
    }

    /** How far what is wanted differs from what is there. */
    enum Difference {
        NONE,
        /** The same place, reached or filled otherwise. */
        SETTINGS,
        /** Another place: what we know of the old one means nothing there. */
        PLACE
    }

    Optional<ExternalDatabase> find(UUID tenancy, String id) {
        return internalDb.queryOne(FIND, key(tenancy, id), ExternalDatabaseStore::row);
    }

    List<ExternalDatabase> list(UUID tenancy) {
        return internalDb.query(LIST, Map.of("tenancy", tenancy), ExternalDatabaseStore::row);
    }

    /** Creates the database, or changes it as far as it differs. */
    ExternalDatabase put(
            UUID tenancy, String id, Specification wanted, EncryptedText connectionString, Comparison comparison) {
        Map<String, Object> values = values(tenancy, id, wanted, connectionString);
        return internalDb.inTransaction(session -> {
            Optional<ExternalDatabase> created = session.queryOne(INSERT, values, ExternalDatabaseStore::row);
            if (created.isPresent()) {
                enqueue(session, tenancy);
                return created.get();
            }
            ExternalDatabase present = session.queryOne(LOCK, key(tenancy, id), ExternalDatabaseStore::row)
                    .orElseThrow(() -> new ConcurrentlyDeleted());
            Difference difference = comparison.between(present);
            if (difference == Difference.NONE) {
                makeDue(session, tenancy);
                return present;
            }
            return change(session, present, values, difference);
        });
    }

    private ExternalDatabase change(
            InternalDb.Session session, ExternalDatabase present, Map<String, Object> values, Difference difference)
            throws SQLException {
        var all = new HashMap<>(values);
        all.put("another_place", difference == Difference.PLACE);
        ExternalDatabase changed =
                session.queryOne(UPDATE, all, ExternalDatabaseStore::row).orElseThrow();
        var forgotten = new HashMap<String, Object>();
        forgotten.put("destination", present.destinationId());
        forgotten.put("kept", difference == Difference.PLACE ? new String[0] : values.get("mappings"));
        session.update(FORGET_MAPPINGS, forgotten);
        session.update(FORGIVE_MAPPINGS, Map.of("destination", present.destinationId()));
        if (difference == Difference.SETTINGS) {
            String[] expected = Objects.requireNonNullElseGet(
                    (String[]) values.get("mappings"), () -> catalog.ids().toArray(String[]::new));
            session.update(EXPECT_MAPPINGS, Map.of("destination", present.destinationId(), "mappings", expected));
        }
        enqueue(session, present.tenancyId());
        return changed;
    }

    /** @return the destination that is no more; empty if there was none */
    Optional<UUID> delete(UUID tenancy, String id) {
        return internalDb.queryOne(DELETE, key(tenancy, id), row -> row.getObject("destinationId", UUID.class));
    }

    Optional<ExternalDatabase> pause(UUID tenancy, String id) {
        return internalDb.queryOne(PAUSE, key(tenancy, id), ExternalDatabaseStore::row);
    }

    /** Lets it go on, at once: what it owes was put off only while it was paused. */
    Optional<ExternalDatabase> resume(UUID tenancy, String id) {
        return internalDb.inTransaction(session -> {
            Optional<ExternalDatabase> resumed = session.queryOne(RESUME, key(tenancy, id), ExternalDatabaseStore::row);
            if (resumed.isPresent()) {
                session.update(MAKE_MAPPINGS_DUE, Map.of("tenancy", tenancy));
                makeQuarantinedDue(session, tenancy);
                enqueue(session, tenancy);
            }
            return resumed;
        });
    }

    /**
     * Asks for copies of these mappings and wakes the tenancy.
     *
     * @return whether the database is still there
     */
    boolean requestResync(UUID tenancy, String id, List<String> mappings) {
        var values = new HashMap<>(key(tenancy, id));
        values.put("mappings", mappings.toArray(String[]::new));
        return internalDb.inTransaction(session -> {
            if (session.update(REQUEST_RESYNC, values) == 0) {
                return false;
            }
            session.update(MAKE_DATABASES_DUE, Map.of("tenancy", tenancy));
            enqueue(session, tenancy);
            return true;
        });
    }

    /**
     * Has everything of the tenancy tried now, also what is backing off.
     *
     * @return whether there is such a tenancy
     */
    boolean syncNow(UUID tenancy) {
        Map<String, Object> key = Map.of("tenancy", tenancy);
        return internalDb.inTransaction(session -> {
            if (!isTrue(session, TENANCY_IS_KNOWN, key) && !TenancyTable.contains(session, tenancy)) {
                return false;
            }
            makeDue(session, tenancy);
            return true;
        });
    }

    /** What targets remember us by. */
    UUID installation() {
        return internalDb
                .queryOne(INSTALLATION, Map.of(), row -> row.getObject("installationId", UUID.class))
                .orElseThrow();
    }

    private static boolean isTrue(InternalDb.Session session, Sql sql, Map<String, Object> parameters)
            throws SQLException {
        return session.queryOne(sql, parameters, row -> row.getBoolean(1)).orElse(false);
    }

    /** Whatever is put off is tried now. */
    private static void makeDue(InternalDb.Session session, UUID tenancy) throws SQLException {
        session.update(MAKE_DATABASES_DUE, Map.of("tenancy", tenancy));
        session.update(MAKE_MAPPINGS_DUE, Map.of("tenancy", tenancy));
        makeQuarantinedDue(session, tenancy);
        enqueue(session, tenancy);
    }

    private static void makeQuarantinedDue(InternalDb.Session session, UUID tenancy) throws SQLException {
        var all = new HashMap<String, Object>();
        all.put("tenancy", tenancy);
        all.put("id", null);
        all.put("mappings", null);
        session.update(MAKE_QUARANTINED_DUE, all);
    }

    private static void enqueue(InternalDb.Session session, UUID tenancy) throws SQLException {
        session.execute(ENQUEUE, Map.of("tenancy", tenancy));
    }

    private static Map<String, Object> key(UUID tenancy, String id) {
        return Map.of("tenancy", tenancy, "id", id);
    }

    private static Map<String, Object> values(
            UUID tenancy, String id, Specification wanted, EncryptedText connectionString) {
        var values = new HashMap<String, Object>(key(tenancy, id));
        values.put("type", wanted.type());
        values.put("ciphertext", connectionString.ciphertext());
        values.put("key_id", connectionString.keyId());
        values.put("host", wanted.connection().host());
        values.put("port", wanted.connection().port());
        values.put("database", wanted.connection().database());
        values.put("user", wanted.connection().user());
        values.put("schema", wanted.schema());
        values.put(
                "mappings", wanted.mappings() == null ? null : wanted.mappings().toArray(String[]::new));
        values.put("reader_role", wanted.readerRole());
        values.put("enabled", wanted.enabled());
        return values;
    }

    private static ExternalDatabase row(ResultSet row) throws SQLException {
        return new ExternalDatabase(
                row.getObject("tenancyId", UUID.class),
                row.getString("id"),
                row.getObject("destinationId", UUID.class),
                row.getString("type"),
                new EncryptedText(row.getString("connectionKeyId"), row.getBytes("connectionCiphertext")),
                row.getString("host"),
                row.getInt("port"),
                row.getString("database"),
                row.getString("user"),
                row.getString("schema"),
                texts(row.getArray("mappings")),
                row.getString("readerRole"),
                row.getBoolean("enabled"),
                row.getBoolean("paused"),
                instant(row, "createdAt"),
                instant(row, "updatedAt"));
    }

    private static List<String> texts(Array array) throws SQLException {
        return array == null ? null : List.of((String[]) array.getArray());
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static Sql sql(String file) {
        return Sql.resource(ExternalDatabaseStore.class, file);
    }

    /** Between our look and our lock somebody deleted it; the caller tries again. */
    static final class ConcurrentlyDeleted extends RuntimeException {}
}
