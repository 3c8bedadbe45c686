package dev.dbsync.engine.secret;

import java.util.UUID;

/** A connection string as it is stored, of one external database. */
record StoredString(UUID tenancyId, String id, EncryptedText text) {}
