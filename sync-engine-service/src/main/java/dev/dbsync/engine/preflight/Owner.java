package dev.dbsync.engine.preflight;

import java.util.UUID;

/** Whose a schema is: the one row of its owner table (invariant 8). */
record Owner(UUID tenancyId, UUID destinationId, UUID installationId) {}
