package dev.dbsync.engine.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The body of a PUT as it came. Null where a field was left out.
 *
 * @param connectionString a secret
 */
public record ExternalDatabaseRequest(
        @JsonProperty("type") String type,
        @JsonProperty("connection_string") String connectionString,
        @JsonProperty("schema") String schema,
        @JsonProperty("mappings") List<String> mappings,
        @JsonProperty("reader_role") String readerRole,
        @JsonProperty("enabled") Boolean enabled) {

    /** The same with this connection string. */
    ExternalDatabaseRequest with(String connectionString) {
        return new ExternalDatabaseRequest(type, connectionString, schema, mappings, readerRole, enabled);
    }

    @Override
    public String toString() {
        return "ExternalDatabaseRequest[type=%s, schema=%s, mappings=%s]".formatted(type, schema, mappings);
    }
}
