package dev.dbsync.engine.admin;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.engine.admin.ExternalDatabaseStore.ConcurrentlyDeleted;
import dev.dbsync.engine.admin.ExternalDatabaseStore.Difference;
import dev.dbsync.engine.audit.AuditNotes;
import dev.dbsync.engine.preflight.Preflight;
import dev.dbsync.engine.preflight.PreflightCheck;
import dev.dbsync.engine.secret.ConnectionCipher;
import dev.dbsync.engine.secret.UndecryptableException;
import dev.dbsync.engine.target.ConnectionString;
import dev.dbsync.engine.target.InvalidConnectionStringException;
import dev.dbsync.engine.target.TargetConnections;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** What the operator can do with external databases. Thread-safe. */
@ApplicationScoped
class ExternalDatabases {

    private static final Logger LOG = Logger.getLogger(ExternalDatabases.class);
    private static final int PREFLIGHTS_AT_ONCE = 8;
    private static final int PUT_ATTEMPTS = 3;

    private final RequestValidator validator;
    private final ExternalDatabaseStore store;
    private final ConnectionCipher cipher;
    private final Preflight preflight;
    private final TargetConnections connections;
    private final MappingCatalog catalog;
    private final AuditNotes notes;
    private final Semaphore preflights = new Semaphore(PREFLIGHTS_AT_ONCE);

    ExternalDatabases(
            RequestValidator validator,
            ExternalDatabaseStore store,
            ConnectionCipher cipher,
            Preflight preflight,
            TargetConnections connections,
            MappingCatalog catalog,
            AuditNotes notes) {
        this.validator = validator;
        this.store = store;
        this.cipher = cipher;
        this.preflight = preflight;
        this.connections = connections;
        this.catalog = catalog;
        this.notes = notes;
    }

    ExternalDatabaseView put(UUID tenancy, String id, ExternalDatabaseRequest request) {
        Specification wanted = validator.validate(request);
        note(id, wanted);
        for (int attempt = 1; ; attempt++) {
            try {
                ExternalDatabase row = store.put(
                        tenancy,
                        id,
                        wanted,
                        cipher.encrypt(wanted.connectionString(), tenancy, id),
                        present -> difference(present, wanted));
                LOG.infof("An external database was configured tenancy=%s target=%s", tenancy, id);
                return view(row);
            } catch (ConcurrentlyDeleted e) {
                if (attempt == PUT_ATTEMPTS) {
                    throw ApiException.conflict(
                            "CONCURRENT_CHANGE", "Somebody deletes this external database at the same time; try again");
                }
            }
        }
    }

    /** As {@link #put}, with the connection string that is there where the request has none. */
    ExternalDatabaseView edit(UUID tenancy, String id, ExternalDatabaseRequest request) {
        ExternalDatabase present = find(tenancy, id);
        if (request.connectionString() != null) {
            return put(tenancy, id, request);
        }
        String kept = decrypted(present);
        if (kept == null) {
            throw ApiException.conflict(
                    "CONNECTION_STRING_UNREADABLE",
                    "The connection string cannot be decrypted any more; give it again, or configure its key");
        }
        return put(tenancy, id, request.with(kept));
    }

    private void note(String id, Specification wanted) {
        var connection = wanted.connection();
        notes.database(id);
        notes.note(
                "connection",
                ConnectionView.of(connection.host(), connection.port(), connection.database(), connection.user())
                        .redacted());
        notes.note("schema", wanted.schema());
        notes.note("mappings", wanted.mappings());
        notes.note("reader_role", wanted.readerRole());
        notes.note("enabled", wanted.enabled());
    }

    ExternalDatabaseView get(UUID tenancy, String id) {
        return view(find(tenancy, id));
    }

    List<ExternalDatabaseView> list(UUID tenancy) {
        return store.list(tenancy).stream().map(this::view).toList();
    }

    void delete(UUID tenancy, String id) {
        UUID destination = store.delete(tenancy, id).orElseThrow(ExternalDatabases::unknown);
        connections.forget(destination);
        LOG.infof("An external database was forgotten; its tables stay as they are tenancy=%s target=%s", tenancy, id);
    }

    ExternalDatabaseView pause(UUID tenancy, String id) {
        ExternalDatabase row = store.pause(tenancy, id).orElseThrow(ExternalDatabases::unknown);
        connections.forget(row.destinationId());
        LOG.infof("An external database was paused tenancy=%s target=%s", tenancy, id);
        return view(row);
    }

    ExternalDatabaseView resume(UUID tenancy, String id) {
        ExternalDatabase row = store.resume(tenancy, id).orElseThrow(ExternalDatabases::unknown);
        LOG.infof("An external database was resumed tenancy=%s target=%s", tenancy, id);
        return view(row);
    }

    /** @param mappings null for all of them */
    void requireKnown(List<String> mappings) {
        if (mappings != null) {
            validator.requireKnown(mappings);
        }
    }

    /**
     * The mappings meant, in the catalog's order.
     *
     * @param chosen null for all that the database gets
     * @throws ApiException 404 if there is no such database, 400 if it does not get one of them
     */
    List<String> chosen(UUID tenancy, String id, List<String> chosen) {
        ExternalDatabase row = find(tenancy, id);
        List<String> wanted = row.mappings() == null
                ? List.copyOf(catalog.ids())
                : catalog.ids().stream().filter(row.mappings()::contains).toList();
        if (chosen == null) {
            return wanted;
        }
        validator.requireKnown(chosen);
        List<String> foreign =
                chosen.stream().filter(mapping -> !wanted.contains(mapping)).toList();
        if (!foreign.isEmpty()) {
            throw ApiException.badRequest(
                    "MAPPING_NOT_CHOSEN",
                    "This external database does not get %s; it gets: %s"
                            .formatted(String.join(", ", foreign), String.join(", ", wanted)));
        }
        if (chosen.isEmpty()) {
            throw ApiException.badRequest(
                    "NO_MAPPINGS", "Name at least one mapping in 'mappings', or leave the field out for all of them");
        }
        return wanted.stream().filter(chosen::contains).toList();
    }

    /** @return the mappings that will be copied again */
    List<String> resync(UUID tenancy, String id, List<String> mappings) {
        List<String> meant = chosen(tenancy, id, mappings);
        notes.note("mappings", mappings);
        if (!store.requestResync(tenancy, id, meant)) {
            throw unknown();
        }
        LOG.infof("A resync was asked for tenancy=%s target=%s mappings=%s", tenancy, id, String.join(",", meant));
        return meant;
    }

    void syncNow(UUID tenancy) {
        if (!store.syncNow(tenancy)) {
            throw ApiException.notFound("There is no such tenancy, or it has no external database yet");
        }
    }

    /** Takes up to half a minute and holds no connection to the internal database meanwhile. */
    List<PreflightCheck> test(UUID tenancy, String id) {
        ExternalDatabase row = find(tenancy, id);
        if (!preflights.tryAcquire()) {
            throw ApiException.busy(
                    "TOO_MANY_TESTS",
                    "Too many external databases are being tested now; try again",
                    Duration.ofSeconds(5));
        }
        try {
            return preflight.run(
                    ConnectionString.parse(cipher.decrypt(row.connectionString(), tenancy, id)),
                    row.schema(),
                    tenancy,
                    row.destinationId(),
                    store.installation(),
                    targetTables(row));
        } catch (UndecryptableException e) {
            return List.of(new PreflightCheck(
                    "connection_string",
                    false,
                    e.getMessage(),
                    "Configure the key it was encrypted with, or PUT the connection string again"));
        } catch (InvalidConnectionStringException e) {
            return List.of(new PreflightCheck(
                    "connection_string", false, e.getMessage(), "PUT a connection string of a form that is taken"));
        } finally {
            preflights.release();
        }
    }

    private List<String> targetTables(ExternalDatabase row) {
        return catalog.all().stream()
                .filter(mapping -> row.mappings() == null || row.mappings().contains(mapping.id()))
                .map(Mapping::targetTable)
                .toList();
    }

    private Difference difference(ExternalDatabase present, Specification wanted) {
        boolean samePlace = present.host().equals(wanted.connection().host())
                && present.port() == wanted.connection().port()
                && present.database().equals(wanted.connection().database())
                && present.schema().equals(wanted.schema());
        if (!samePlace) {
            return Difference.PLACE;
        }
        boolean sameSettings = present.type().equals(wanted.type())
                && Objects.equals(present.mappings(), wanted.mappings())
                && Objects.equals(present.readerRole(), wanted.readerRole())
                && present.enabled() == wanted.enabled()
                && wanted.connectionString().equals(decrypted(present));
        return sameSettings ? Difference.NONE : Difference.SETTINGS;
    }

    /** Null where it does not open any more: then it differs from whatever is wanted. */
    private String decrypted(ExternalDatabase present) {
        try {
            return cipher.decrypt(present.connectionString(), present.tenancyId(), present.id());
        } catch (UndecryptableException e) {
            return null;
        }
    }

    private ExternalDatabase find(UUID tenancy, String id) {
        return store.find(tenancy, id).orElseThrow(ExternalDatabases::unknown);
    }

    private ExternalDatabaseView view(ExternalDatabase row) {
        return ExternalDatabaseView.of(row, catalog.ids());
    }

    private static ApiException unknown() {
        return ApiException.notFound("This tenancy has no external database of this id");
    }
}
