package dev.dbsync.engine.receive;

import java.util.UUID;

/** Brings a tenancy's external databases up to date. */
public interface TenancySync {

    /**
     * Returns once every destination of the tenancy is synced or owed, that is its state says when it is tried again. Blocks, so
     * it is called on a worker thread; may be called for one tenancy several times at once.
     *
     * @throws RuntimeException if neither could be achieved; the sender then tries again
     */
    SyncSummary sync(UUID tenancyId);
}
