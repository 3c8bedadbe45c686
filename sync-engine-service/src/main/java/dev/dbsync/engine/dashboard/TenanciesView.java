package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.status.StatusView;
import jakarta.ws.rs.core.UriBuilder;
import java.util.List;

/**
 * A page of the list.
 *
 * @param search, state, sort, cursor as they were asked for; empty where they were not
 */
public record TenanciesView(
        StatusView.Page page, String search, String state, String sort, String cursor, long nowMillis) {

    /** What the list can be narrowed down to. */
    public List<String> states() {
        return List.of("error", "pending", "paused", "ok");
    }

    /** Whether something narrows the list down. */
    public boolean narrowed() {
        return !search.isEmpty() || !state.isEmpty();
    }

    /** The address of this page. */
    public String address(String path) {
        return address(path, cursor);
    }

    /** The address of the next page; null on the last one. */
    public String next() {
        return page.nextCursor() == null ? null : address("/dashboard/tenancies", page.nextCursor());
    }

    private String address(String path, String after) {
        return UriBuilder.fromPath(path)
                .queryParam("search", "{search}")
                .queryParam("state", "{state}")
                .queryParam("sort", "{sort}")
                .queryParam("cursor", "{cursor}")
                .build(search, state, sort, after)
                .toString();
    }
}
