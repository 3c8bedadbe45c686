package dev.dbsync.engine;

import dev.dbsync.common.mapping.MappingCatalog;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What several features share and no feature owns. */
class EngineBeans {

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    MappingCatalog mappingCatalog(@ConfigProperty(name = "dbsync.mappings-directory") Optional<String> directory) {
        return MappingCatalog.load(directory.map(Path::of));
    }
}
