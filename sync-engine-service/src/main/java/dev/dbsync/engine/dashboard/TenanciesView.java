package dev.dbsync.engine.dashboard;

import dev.dbsync.engine.status.StatusView;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriBuilder;
import java.util.List;

/**
 * A page of the list.
 *
 * @param search, state, sort, cursor as they were asked for; empty where they were not
 */
public record TenanciesView(StatusView.TenancyPage page, String search, String state, String sort, String cursor) {

    private static final String PATH = "/dashboard/tenancies";

    static TenanciesView of(StatusView.TenancyPage page, MultivaluedMap<String, String> asked) {
        return new TenanciesView(
                page, given(asked, "search"), given(asked, "state"), given(asked, "sort"), given(asked, "cursor"));
    }

    private static String given(MultivaluedMap<String, String> asked, String name) {
        String value = asked.getFirst(name);
        return value == null ? "" : value;
    }

    /** What the list can be narrowed down to. */
    public List<String> states() {
        return List.of("error", "pending", "paused", "ok");
    }

    /** Whether something narrows the list down. */
    public boolean narrowed() {
        return !search.isEmpty() || !state.isEmpty();
    }

    /** The address of this page. */
    public String address() {
        return address(cursor);
    }

    /** The address of the first page. */
    public String first() {
        return address("");
    }

    /** The address of the next page; null on the last one. */
    public String next() {
        return page.nextCursor() == null ? null : address(page.nextCursor());
    }

    private String address(String after) {
        return UriBuilder.fromPath(PATH)
                .queryParam("search", "{search}")
                .queryParam("state", "{state}")
                .queryParam("sort", "{sort}")
                .queryParam("cursor", "{cursor}")
                .build(search, state, sort, after)
                .toString();
    }
}
