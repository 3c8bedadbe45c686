package dev.dbsync.engine.receive;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.UUID;

/** What must be known of a tenancy before its databases are looked at. */
@ApplicationScoped
class ReceiveStore {

    private static final Sql ADMISSION = Sql.resource(ReceiveStore.class, "admission.sql");

    private final InternalDb internalDb;

    ReceiveStore(InternalDb internalDb) {
        this.internalDb = internalDb;
    }

    /** How a delivery is to be treated. */
    enum Admission {
        ADMITTED,
        UNKNOWN_TENANCY,
        SWITCHED_OFF
    }

    Admission admission(UUID tenancy) {
        return internalDb
                .queryOne(ADMISSION, Map.of("tenancy", tenancy), row -> Admission.valueOf(row.getString("admission")))
                .orElse(Admission.SWITCHED_OFF);
    }
}
