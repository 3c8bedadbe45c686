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
 */
record TableShape(String identity, String comment, Map<String, String> types, Set<String> notNull, List<String> key) {

    /** Whether this is a table we created for this mapping. */
    boolean isOurs(Mapping mapping) {
        return PostgresDialect.isOurs(mapping, comment);
    }

    /** Columns of the mapping that the table lacks. */
    List<Column> missing(Mapping mapping) {
        return mapping.columns().stream()
                .filter(c -> !types.containsKey(c.name()))
                .toList();
    }

    /** Whether every column the mapping has is there with its type, and the primary key is the mapping's. */
    boolean fits(Mapping mapping) {
        return missing(mapping).isEmpty() && mismatch(mapping).isEmpty();
    }

    /** What is there but otherwise than the mapping needs it; empty if nothing is. */
    String mismatch(Mapping mapping) {
        for (Column column : mapping.columns()) {
            String type = types.get(column.name());
            if (type != null && !type.equals(column.type().postgres())) {
                return "column '" + column.name() + "' is " + type + " instead of "
                        + column.type().postgres();
            }
        }
        List<String> wanted = mapping.keyColumns().stream().map(Column::name).toList();
        if (!Set.copyOf(key).equals(Set.copyOf(wanted))) {
            return "its primary key is on " + key + " instead of " + wanted;
        }
        return "";
    }
}
