package dev.dbsync.engine.admin;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.engine.target.AddressGuard;
import dev.dbsync.engine.target.ConnectionSettings;
import dev.dbsync.engine.target.ConnectionString;
import dev.dbsync.engine.target.ForbiddenAddressException;
import dev.dbsync.engine.target.InvalidConnectionStringException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Turns a PUT's body into a {@link Specification}, or says what is wrong with it without repeating its secret. */
@ApplicationScoped
class RequestValidator {

    private static final Pattern SCHEMA = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final Pattern ROLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_$-]{0,62}");
    private static final int LONGEST_NAME = 64;

    private final MappingCatalog catalog;
    private final AddressGuard addressGuard;

    RequestValidator(MappingCatalog catalog, AddressGuard addressGuard) {
        this.catalog = catalog;
        this.addressGuard = addressGuard;
    }

    Specification validate(ExternalDatabaseRequest request) {
        if (request == null) {
            throw ApiException.badRequest(
                    "MALFORMED_JSON", "The body is empty; send a JSON object with type and connection_string");
        }
        requireType(request.type());
        String schema = schema(request.schema());
        List<String> mappings = mappings(request.mappings());
        String readerRole = readerRole(request.readerRole());
        return new Specification(
                request.type(),
                request.connectionString(),
                connection(request.connectionString()),
                schema,
                mappings,
                readerRole,
                request.enabled() == null || request.enabled());
    }

    private static void requireType(String type) {
        if (type == null) {
            throw missing("type", "'postgres'");
        }
        if (!type.equals("postgres")) {
            throw ApiException.badRequest("UNSUPPORTED_TYPE", "The type must be 'postgres'");
        }
    }

    private ConnectionSettings connection(String text) {
        if (text == null) {
            throw missing("connection_string", "postgres://user:password@host:port/database");
        }
        try {
            ConnectionSettings settings = ConnectionString.parse(text);
            addressGuard.refuseForbidden(settings);
            return settings;
        } catch (InvalidConnectionStringException e) {
            throw ApiException.badRequest("INVALID_CONNECTION_STRING", e.getMessage());
        } catch (ForbiddenAddressException e) {
            throw ApiException.badRequest("FORBIDDEN_ADDRESS", e.getMessage());
        }
    }

    private static String schema(String schema) {
        if (schema == null) {
            return "public";
        }
        String lower = schema.toLowerCase(Locale.ROOT);
        if (!SCHEMA.matcher(schema).matches() || lower.startsWith("pg_") || lower.equals("information_schema")) {
            throw ApiException.badRequest(
                    "INVALID_SCHEMA",
                    "The schema must be a letter or '_' and up to 62 more letters, digits and '_' of ASCII,"
                            + " and none of the server's own");
        }
        return schema;
    }

    private List<String> mappings(List<String> mappings) {
        if (mappings == null) {
            return null;
        }
        if (mappings.isEmpty()) {
            throw ApiException.badRequest(
                    "INVALID_FIELD",
                    "The field 'mappings' is empty; name at least one, or leave it out for all of them");
        }
        requireKnown(mappings);
        return List.copyOf(new LinkedHashSet<>(mappings));
    }

    /** @throws ApiException 400 if one of them is not a mapping's id */
    void requireKnown(List<String> mappings) {
        List<String> unknown = mappings.stream()
                .filter(id -> id == null || !catalog.ids().contains(id))
                .map(RequestValidator::printable)
                .toList();
        if (!unknown.isEmpty()) {
            throw ApiException.badRequest(
                    "UNKNOWN_MAPPING",
                    "Unknown: %s; known mappings are: %s"
                            .formatted(String.join(", ", unknown), String.join(", ", catalog.ids())));
        }
    }

    private static String readerRole(String role) {
        if (role == null) {
            return null;
        }
        // PostgreSQL takes even a quoted "public" for everybody.
        if (!ROLE.matcher(role).matches() || role.toLowerCase(Locale.ROOT).equals("public")) {
            throw ApiException.badRequest(
                    "INVALID_READER_ROLE",
                    "The reader_role must name one role: a letter or '_' and up to 62 more letters, digits, '_', '$'"
                            + " and '-' of ASCII, and not PUBLIC");
        }
        return role;
    }

    private static ApiException missing(String field, String expected) {
        return ApiException.badRequest(
                "MISSING_FIELD", "The field '%s' is missing; send %s".formatted(field, expected));
    }

    private static String printable(String name) {
        String line = String.valueOf(name).replaceAll("\\p{Cntrl}", "?");
        return "'" + (line.length() <= LONGEST_NAME ? line : line.substring(0, LONGEST_NAME) + "...") + "'";
    }
}
