package dev.dbsync.engine.fusebox;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which services may work. */
public record Fusebox(
        @JsonProperty("ok") boolean ok,
        @JsonProperty("sequencer_enabled") boolean sequencerEnabled,
        @JsonProperty("poller_enabled") boolean pollerEnabled,
        @JsonProperty("sync_engine_enabled") boolean syncEngineEnabled) {}
