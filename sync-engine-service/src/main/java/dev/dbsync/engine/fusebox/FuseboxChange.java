package dev.dbsync.engine.fusebox;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dbsync.common.fault.ApiException;

/**
 * How the switches are to stand.
 *
 * @param syncEngineEnabled null leaves it as it is
 */
public record FuseboxChange(
        @JsonProperty("sequencer_enabled") Boolean sequencerEnabled,
        @JsonProperty("poller_enabled") Boolean pollerEnabled,
        @JsonProperty("sync_engine_enabled") Boolean syncEngineEnabled) {

    /** @throws ApiException 400 if one of the two that must be there is not */
    FuseboxChange complete() {
        require("sequencer_enabled", sequencerEnabled);
        require("poller_enabled", pollerEnabled);
        return this;
    }

    private static void require(String field, Boolean value) {
        if (value == null) {
            throw ApiException.badRequest("MISSING_FIELD", "The field '" + field + "' is missing; send true or false");
        }
    }
}
