package dev.dbsync.engine.receive;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The answer to a delivery.
 *
 * @param ignored true where the tenancy has no external database, else left out
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SyncAnswer(boolean ok, Boolean ignored, Integer destinations, Integer synced, Integer owed) {

    static SyncAnswer ofUnknownTenancy() {
        return new SyncAnswer(true, true, null, null, null);
    }

    static SyncAnswer ofHeartbeat() {
        return new SyncAnswer(true, null, null, null, null);
    }

    static SyncAnswer of(SyncSummary summary) {
        return new SyncAnswer(true, null, summary.destinations(), summary.synced(), summary.owed());
    }
}
