package dev.dbsync.engine.target.postgres;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.Mapping.Column;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A table as the target's catalogue shows it.
 *
 * @param identity oid and file; changes when the table is dropped, truncated or rewritten
 * @param comment its comment, or null
 * @param types column to type as {@code format_type} spells it, in table order
 * @param notNull the columns that may not be null
 * @param key the columns of the primary key in order; empty if there is none
 * @param keyName the primary key's name, or null
 * @param watched whether it may have triggers or rules
 */
record TableShape(
        String identity,
        String comment,
        Map<String, String> types,
        Set<String> notNull,
        List<String> key,
        String keyName,
        boolean watched) {

    /** Whether this is a table we created for this mapping. */
    boolean isOurs(Mapping mapping) {
        return PostgresDialect.isOurs(mapping, comment);
    }

    boolean has(String column) {
        return types.containsKey(column);
    }

    /** Columns of the mapping that the table lacks. */
    List<Column> missing(Mapping mapping) {
        return mapping.columns().stream()
                .filter(c -> !types.containsKey(c.name()))
                .toList();
    }

    /** Columns of the mapping that are there with another type. */
    List<Column> mistyped(Mapping mapping) {
        return mapping.columns().stream()
                .filter(c -> types.containsKey(c.name()))
                .filter(c -> !types.get(c.name()).equals(c.type().postgres()))
                .toList();
    }

    /** Whether the primary key is on the mapping's key columns. */
    boolean hasKeyOf(Mapping mapping) {
        return Set.copyOf(key)
                .equals(Set.copyOf(
                        mapping.keyColumns().stream().map(Column::name).toList()));
    }

    /** Whether every column the mapping has is there with its type, and the primary key is the mapping's. */
    boolean fits(Mapping mapping) {
        return missing(mapping).isEmpty() && mistyped(mapping).isEmpty() && hasKeyOf(mapping);
    }
}
