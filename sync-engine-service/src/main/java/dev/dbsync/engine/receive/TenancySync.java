package dev.dbsync.engine.receive;

import dev.dbsync.engine.destination.Admission;
import java.util.UUID;

/** Brings a tenancy's external databases up to date. */
public interface TenancySync {

    /** How a delivery for the tenancy is to be treated. */
    Admission admission(UUID tenancyId);

    /**
     * Returns once every destination of the tenancy is synced or owed, that is its state says when it is tried again. Blocks, so
     * it is called on a worker thread; may be called for one tenancy several times at once.
     *
     * @param admitted what the delivery found
     * @throws RuntimeException if neither could be achieved; the sender then tries again
     */
    SyncSummary sync(Admission.Admitted admitted);
}
