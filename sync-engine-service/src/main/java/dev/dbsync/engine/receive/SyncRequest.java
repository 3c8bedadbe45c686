package dev.dbsync.engine.receive;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.UUID;

/** What a delivery says: this tenancy has news. Null where the body leaves it out. */
@RegisterForReflection
record SyncRequest(@JsonProperty("tenancyId") UUID tenancyId) {}
