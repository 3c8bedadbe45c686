package dev.dbsync.poller.claim;

import io.vertx.core.json.JsonObject;
import java.util.UUID;

/**
 * A request that this poller holds.
 *
 * @param id the request
 * @param token proves that the claim is still current
 * @param key what the request is de-duplicated by: one tenancy
 * @param options what to call with what, as it was enqueued
 * @param attempts how many deliveries have failed so far
 * @param takenBack whether a previous holder let its lease run out
 */
public record Claim(UUID id, UUID token, String key, JsonObject options, int attempts, boolean takenBack) {}
