package dev.dbsync.common.mapping;

import dev.dbsync.common.mapping.Mapping.Lookup;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A mapping that fits the internal database as it is.
 *
 * @param mapping the mapping
 * @param sourceTypes type of every column of the source table, as {@code format_type} spells it, in table order
 * @param uniqueLookups names of the lookups that an index of the database keeps from finding more than one row, by columns of the very
 *     types of the source's
 */
public record BoundMapping(Mapping mapping, Map<String, String> sourceTypes, Set<String> uniqueLookups) {

    /** A mapping whose lookups are not known to find one row at most. */
    public BoundMapping(Mapping mapping, Map<String, String> sourceTypes) {
        this(mapping, sourceTypes, Set.of());
    }

    /** The types of the source key's columns, in the order of {@link Mapping#key()}. */
    public List<String> keyTypes() {
        return mapping.key().stream().map(sourceTypes::get).toList();
    }

    /** The mapping's name. */
    public String id() {
        return mapping.id();
    }

    /**
     * {@link Mapping#fromClause()} with each row's lookups beside it, found by one look into an index for each row.
     */
    public String rowsClause() {
        var from = new StringBuilder(mapping.fromClause());
        for (Lookup lookup : mapping.lookups()) {
            String name = TableName.quote(lookup.name());
            // The limit keeps the planner from reading the whole other table at once, which pays for long ranges only.
            from.append(" LEFT JOIN LATERAL (SELECT ")
                    .append(name)
                    .append(".* FROM ")
                    .append(lookup.table().quoted())
                    .append(" AS ")
                    .append(name)
                    .append(" WHERE ")
                    .append(lookup.condition())
                    .append(isUnique(lookup) ? "" : " ORDER BY " + name + "::text COLLATE \"C\"")
                    .append(" LIMIT 1) AS ")
                    .append(name)
                    .append(" ON true");
        }
        return from.toString();
    }

    /** Whether the lookup is in {@link #uniqueLookups()}. */
    public boolean isUnique(Lookup lookup) {
        return uniqueLookups.contains(lookup.name());
    }
}
