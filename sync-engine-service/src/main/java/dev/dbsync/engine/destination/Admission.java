package dev.dbsync.engine.destination;

import java.util.List;
import java.util.UUID;

/** How a delivery for a tenancy is to be treated. */
public sealed interface Admission {

    /** The fusebox has the engine switched off. */
    record SwitchedOff() implements Admission {}

    /** The tenancy has no external database. */
    record UnknownTenancy() implements Admission {}

    /**
     * The tenancy is to be synced.
     *
     * @param destinations those that are enabled and not paused, perhaps none
     */
    record Admitted(UUID tenancyId, List<Destination> destinations) implements Admission {}
}
