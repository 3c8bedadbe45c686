package dev.dbsync.engine.admin;

import dev.dbsync.engine.target.ConnectionSettings;
import java.util.List;

/**
 * What an operator wants an external database to be, checked and with its defaults.
 *
 * @param connectionString a secret
 * @param connection the same taken apart
 * @param mappings null for every mapping there is
 * @param readerRole null for none
 */
record Specification(
        String type,
        String connectionString,
        ConnectionSettings connection,
        String schema,
        List<String> mappings,
        String readerRole,
        boolean enabled) {

    @Override
    public String toString() {
        return "Specification[connection=%s, schema=%s, mappings=%s]".formatted(connection, schema, mappings);
    }
}
