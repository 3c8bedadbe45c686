package dev.dbsync.engine.status;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.admin.QueryParameters;
import jakarta.ws.rs.core.MultivaluedMap;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Which external databases, or which tenancies, are asked for.
 *
 * @param tenancy null for all tenancies'
 * @param state null for every state
 * @param search null for all
 * @param byLag whether what lags most comes first; else in order of tenancy and id
 * @param after what the page begins behind
 */
public record ListQuery(UUID tenancy, String state, String search, boolean byLag, int limit, Cursor after) {

    private static final Set<String> PARAMETERS = Set.of("state", "search", "sort", "limit", "cursor");
    private static final Set<String> STATES = Set.of("ok", "error", "pending", "paused");
    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 200;
    private static final int LONGEST_SEARCH = 200;

    /** More than any tenancy has; its databases are not paged. */
    private static final int ALL_OF_A_TENANCY = 1000;

    /**
     * The last row of a page.
     *
     * @param sort what it was sorted by before tenancy and id
     * @param id empty where tenancies are listed
     */
    public record Cursor(long sort, UUID tenancy, String id) {

        private static final Cursor START = new Cursor(Long.MIN_VALUE, new UUID(0, 0), "");
        private static final Pattern TEXT = Pattern.compile("(-?[0-9]{1,19})/([0-9a-f-]{36})/([A-Za-z0-9_-]{0,63})");

        /** Opaque to callers. */
        String text() {
            byte[] bytes = (sort + "/" + tenancy + "/" + id).getBytes(StandardCharsets.UTF_8);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }

        static Cursor of(String text) {
            try {
                var parts = TEXT.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
                if (parts.matches()) {
                    return new Cursor(Long.parseLong(parts.group(1)), UUID.fromString(parts.group(2)), parts.group(3));
                }
            } catch (IllegalArgumentException notOurs) {
                // Refused below.
            }
            throw ApiException.badRequest("INVALID_CURSOR", "The cursor must be the next_cursor of an earlier answer");
        }
    }

    /** All of one tenancy's. */
    static ListQuery ofTenancy(UUID tenancy) {
        return new ListQuery(tenancy, null, null, false, ALL_OF_A_TENANCY, Cursor.START);
    }

    /** From a request's parameters. */
    public static ListQuery of(MultivaluedMap<String, String> parameters) {
        QueryParameters.requireKnown(parameters, PARAMETERS);
        return of(
                parameters.getFirst("state"),
                parameters.getFirst("search"),
                parameters.getFirst("sort"),
                parameters.getFirst("limit"),
                parameters.getFirst("cursor"));
    }

    /** From a request's parameters, each null or empty where it was left out. */
    public static ListQuery of(String state, String search, String sort, String limit, String cursor) {
        if (isGiven(state) && !STATES.contains(state)) {
            throw ApiException.badRequest("INVALID_STATE", "The state must be one of ok, error, pending and paused");
        }
        if (isGiven(search) && (search.length() > LONGEST_SEARCH || search.indexOf('\0') >= 0)) {
            throw ApiException.badRequest("INVALID_SEARCH", "The search is a text of up to 200 characters");
        }
        if (isGiven(sort) && !sort.equals("lag")) {
            throw ApiException.badRequest("INVALID_SORT", "The sort must be lag, or be left out");
        }
        return new ListQuery(
                null,
                isGiven(state) ? state : null,
                isGiven(search) ? search : null,
                isGiven(sort),
                limit(limit),
                isGiven(cursor) ? Cursor.of(cursor) : Cursor.START);
    }

    private static int limit(String limit) {
        if (!isGiven(limit)) {
            return DEFAULT_LIMIT;
        }
        if (!limit.matches("[0-9]{1,3}") || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > MOST) {
            throw ApiException.badRequest("INVALID_LIMIT", "The limit must be a number from 1 to 200");
        }
        return Integer.parseInt(limit);
    }

    private static boolean isGiven(String parameter) {
        return parameter != null && !parameter.isEmpty();
    }
}
