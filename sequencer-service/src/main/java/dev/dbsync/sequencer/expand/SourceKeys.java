package dev.dbsync.sequencer.expand;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The key of every source table's log entries: all columns that any mapping over the table calls its key. Immutable. */
public final class SourceKeys {

    private final Map<TableName, List<String>> keys;

    private SourceKeys(Map<TableName, List<String>> keys) {
        this.keys = keys;
    }

    /** The keys of these mappings' sources. */
    public static SourceKeys of(Collection<BoundMapping> mappings) {
        var keys = new LinkedHashMap<TableName, List<String>>();
        for (BoundMapping bound : mappings) {
            List<String> key = keys.computeIfAbsent(bound.mapping().source(), table -> new ArrayList<>());
            bound.mapping().key().stream()
                    .filter(column -> !key.contains(column))
                    .forEach(key::add);
        }
        return new SourceKeys(keys);
    }

    /** The key columns in the order in which they were first named; empty if no mapping copies this table. */
    public List<String> of(TableName table) {
        return List.copyOf(keys.getOrDefault(table, List.of()));
    }
}
