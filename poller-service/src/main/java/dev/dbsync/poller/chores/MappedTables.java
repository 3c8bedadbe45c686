package dev.dbsync.poller.chores;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.MappingCatalog;

/** Every mapping's id and, at the same place, its source table as the logs name it. */
public record MappedTables(String[] mappings, String[] tables) {

    static MappedTables of(MappingCatalog catalog) {
        return new MappedTables(
                catalog.all().stream().map(Mapping::id).toArray(String[]::new),
                catalog.all().stream()
                        .map(mapping -> mapping.source().logName())
                        .toArray(String[]::new));
    }
}
