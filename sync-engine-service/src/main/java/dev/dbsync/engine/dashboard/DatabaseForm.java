package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.admin.ExternalDatabaseRequest;
import jakarta.ws.rs.FormParam;
import java.util.List;

/** The fields of the form for an external database. What is wrong with them the API says. */
public class DatabaseForm {

    @FormParam("id")
    String id;

    @FormParam("connection_string")
    String connectionString;

    @FormParam("schema")
    String schema;

    /** {@code all}, or {@code some}: those that are ticked. */
    @FormParam("which_mappings")
    String whichMappings;

    @FormParam("mappings")
    List<String> mappings;

    @FormParam("reader_role")
    String readerRole;

    @FormParam("enabled")
    String enabled;

    String id() {
        return id == null ? "" : id.strip();
    }

    /** As the API takes it; a field that was left empty is left out. */
    ExternalDatabaseRequest request() {
        return new ExternalDatabaseRequest(
                "postgres", given(connectionString), given(schema), mappings(), given(readerRole), enabled != null);
    }

    private List<String> mappings() {
        if (!"some".equals(whichMappings)) {
            return null;
        }
        return mappings == null ? List.of() : mappings;
    }

    private static String given(String field) {
        return field == null || field.isBlank() ? null : field.strip();
    }
}
