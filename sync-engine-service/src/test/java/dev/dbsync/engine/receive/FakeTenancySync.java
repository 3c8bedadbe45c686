package dev.dbsync.engine.receive;

import dev.dbsync.engine.destination.Admission;
import dev.dbsync.engine.destination.DestinationStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers whom it was asked to sync, and fails where told to. */
@Alternative
@ApplicationScoped
class FakeTenancySync implements TenancySync {

    private final List<UUID> synced = new CopyOnWriteArrayList<>();
    private volatile RuntimeException failure;

    @Inject
    DestinationStore destinations;

    @Override
    public Admission admission(UUID tenancyId) {
        return destinations.admission(tenancyId, Map.of());
    }

    @Override
    public SyncSummary sync(Admission.Admitted admitted) {
        synced.add(admitted.tenancyId());
        if (failure != null) {
            throw failure;
        }
        return new SyncSummary(3, 2, 1);
    }

    List<UUID> synced() {
        return synced;
    }

    void failWith(RuntimeException next) {
        failure = next;
    }

    void reset() {
        synced.clear();
        failure = null;
    }
}
