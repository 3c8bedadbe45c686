package dev.dbsync.engine.admin;

import dev.dbsync.common.fault.ApiException;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Set;
import java.util.TreeSet;

/** A misspelt parameter must not look like one that changes nothing. */
public final class QueryParameters {

    private QueryParameters() {}

    /** @throws ApiException 400 if there is another parameter, or one twice */
    public static void requireKnown(MultivaluedMap<String, String> parameters, Set<String> known) {
        parameters.forEach((name, values) -> {
            if (!known.contains(name)) {
                throw ApiException.badRequest(
                        "UNKNOWN_PARAMETER",
                        known.isEmpty()
                                ? "This address takes no parameters"
                                : "This address takes no other parameters than "
                                        + String.join(", ", new TreeSet<>(known)));
            }
            if (values.size() > 1) {
                throw ApiException.badRequest("REPEATED_PARAMETER", "The parameter " + name + " may be given once");
            }
        });
    }
}
