package dev.dbsync.engine.admin;

import dev.dbsync.engine.secret.EncryptedText;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A row of "ExternalDatabase", as far as the operator's API minds it.
 *
 * @param mappings null for every mapping there is
 * @param readerRole null for none
 */
record ExternalDatabase(
        UUID tenancyId,
        String id,
        UUID destinationId,
        String type,
        EncryptedText connectionString,
        String host,
        int port,
        String database,
        String user,
        String schema,
        List<String> mappings,
        String readerRole,
        boolean enabled,
        boolean paused,
        Instant createdAt,
        Instant updatedAt) {}
