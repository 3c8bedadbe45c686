package dev.dbsync.poller.chores;

import dev.dbsync.common.mapping.MappingCatalog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

@ApplicationScoped
class MappedTablesProducer {

    @Produces
    @Singleton
    MappedTables mappedTables(@ConfigProperty(name = "dbsync.mappings-directory") Optional<Path> directory) {
        return MappedTables.of(MappingCatalog.load(directory));
    }
}
