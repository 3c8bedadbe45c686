package dev.dbsync.engine.audit;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request is to do, in the words of its address. The dashboard's addresses end as the API's do, so both are told alike.
 *
 * @param name the last word of the route; {@code configure} and {@code delete} for an external database itself
 * @param tenancy null where it is about none, or its id cannot be read
 * @param database null where it is about none
 */
record AdminAction(String name, UUID tenancy, String database) {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Pattern ROUTE =
            Pattern.compile("/(?:api/latest/internal/external-db-sync|dashboard)/(?!sync-engine$|sign-in$)"
                    + "(?:tenancies/([^/]+)/(?:external-databases/([^/]+)/?)?)?(.*)");
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int LONGEST = 63;

    /** @return empty where it changes nothing, is a delivery, or opens a session, which is recorded once it is open */
    static Optional<AdminAction> of(String method, String path) {
        Matcher route = ROUTE.matcher(path);
        if (READING.contains(method) || !route.matches()) {
            return Optional.empty();
        }
        String rest = route.group(3);
        String name = rest.isEmpty() || rest.equals("external-databases")
                ? (method.equals("DELETE") ? "delete" : "configure")
                : lastWord(rest);
        return Optional.of(new AdminAction(name, uuid(route.group(1)), shortened(route.group(2))));
    }

    private static String lastWord(String path) {
        return shortened(path.substring(path.lastIndexOf('/') + 1));
    }

    private static UUID uuid(String text) {
        return text != null && UUID_TEXT.matcher(text).matches() ? UUID.fromString(text) : null;
    }

    /** As it may be stored, whatever was in the address. */
    private static String shortened(String text) {
        if (text == null) {
            return null;
        }
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST);
    }
}
