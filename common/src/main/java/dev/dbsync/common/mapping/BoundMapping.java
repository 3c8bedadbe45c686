package dev.dbsync.common.mapping;

import java.util.List;
import java.util.Map;

/**
 * A mapping that fits the internal database as it is.
 *
 * @param mapping the mapping
 * @param sourceTypes type of every column of the source table, as {@code format_type} spells it, in table order
 */
public record BoundMapping(Mapping mapping, Map<String, String> sourceTypes) {

    /** The types of the source key's columns, in the order of {@link Mapping#key()}. */
    public List<String> keyTypes() {
        return mapping.key().stream().map(sourceTypes::get).toList();
    }

    /** The mapping's name. */
    public String id() {
        return mapping.id();
    }
}
