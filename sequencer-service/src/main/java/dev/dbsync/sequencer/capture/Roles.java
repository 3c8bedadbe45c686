package dev.dbsync.sequencer.capture;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything the mappings want to know of one table's changes. Immutable; stored as JSON beside the triggers made from it.
 *
 * @param key columns of the primary key, if the table is a source; else empty
 * @param tenancyColumns columns that hold the tenancy of a source row
 * @param tombstoneColumns columns whose old values a tombstone carries
 * @param joined tenancies of source rows that are found through other tables
 * @param direct rows of other tables whose key can be read off this table's row
 * @param feeds rows of other tables that must be looked for
 * @param tenancies tables whose rows find their tenancy here
 */
@RegisterForReflection(ignoreNested = false)
@JsonPropertyOrder({"key", "tenancyColumns", "tombstoneColumns", "joined", "direct", "feeds", "tenancies"})
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Roles(
        List<String> key,
        List<String> tenancyColumns,
        List<String> tombstoneColumns,
        List<JoinedTenancy> joined,
        List<DirectFeed> direct,
        List<Feed> feeds,
        List<TenancyRole> tenancies) {

    static final Roles NONE = new Roles(null, null, null, null, null, null, null);

    Roles {
        key = distinct(key);
        tenancyColumns = distinct(tenancyColumns);
        tombstoneColumns = distinct(tombstoneColumns);
        joined = distinct(joined);
        direct = distinct(direct);
        feeds = distinct(feeds);
        tenancies = distinct(tenancies);
    }

    /**
     * A tenancy that is found through another table.
     *
     * @param rowExpansion where inserts and updates go
     * @param tombstoneExpansion where deletes go
     * @param columns of this table, which are joined to the other
     */
    record JoinedTenancy(String rowExpansion, String tombstoneExpansion, List<String> columns) {}

    /**
     * @param table log name of the table fed
     * @param key its key columns, each with the column of ours that has its value
     * @param tenancy the column of ours that has the fed row's tenancy
     */
    record DirectFeed(String table, Map<String, String> key, String tenancy) {

        DirectFeed {
            key = new TreeMap<>(key);
        }
    }

    /** @param columns of this table, by which the fed rows are found */
    record Feed(String expansion, List<String> columns) {}

    /**
     * @param id the column that is the tenancy's id
     * @param columns of this table, by which the tenancy's rows are found
     */
    record TenancyRole(String expansion, String id, List<String> columns) {}

    /** Both; nothing of either is lost. */
    Roles plus(Roles other) {
        return new Roles(
                both(key, other.key),
                both(tenancyColumns, other.tenancyColumns),
                both(tombstoneColumns, other.tombstoneColumns),
                both(joined, other.joined),
                both(direct, other.direct),
                both(feeds, other.feeds),
                both(tenancies, other.tenancies));
    }

    /** Whether a mapping copies rows of this table. */
    boolean source() {
        return !tenancyColumns.isEmpty() || !joined.isEmpty();
    }

    /** Key of the log entries: of a table that only finds tenancies, the tenancy's id. */
    List<String> entryKey() {
        if (!key.isEmpty()) {
            return key;
        }
        return tenancies.stream().map(TenancyRole::id).distinct().toList();
    }

    /** Columns that hold a tenancy whose tombstones are written at once. */
    List<String> tombstoneTenancyColumns() {
        var columns = new LinkedHashSet<>(tenancyColumns);
        tenancies.forEach(role -> columns.add(role.id()));
        return List.copyOf(columns);
    }

    /** What a tombstone carries: also what the tenancy's rows were found by, since they may have to be found once more. */
    List<String> tombstoneData() {
        var columns = new LinkedHashSet<>(tombstoneColumns);
        tenancies.forEach(role -> columns.addAll(role.columns()));
        return List.copyOf(columns);
    }

    /** Columns whose change is more than an update: the old values are somebody's old key. */
    List<String> identifying() {
        var columns = new LinkedHashSet<>(entryKey());
        columns.addAll(tombstoneTenancyColumns());
        columns.addAll(tombstoneData());
        joined.forEach(role -> columns.addAll(role.columns()));
        direct.forEach(role -> {
            columns.addAll(role.key().values());
            columns.add(role.tenancy());
        });
        feeds.forEach(role -> columns.addAll(role.columns()));
        return List.copyOf(columns);
    }

    private static <T> List<T> both(List<T> one, List<T> other) {
        var all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    private static <T> List<T> distinct(List<T> list) {
        Set<T> once = list == null ? Set.of() : new LinkedHashSet<>(list);
        return List.copyOf(once);
    }
}
