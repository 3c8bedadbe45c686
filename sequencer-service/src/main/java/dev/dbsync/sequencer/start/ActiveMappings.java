package dev.dbsync.sequencer.start;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.MappingBinder;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.sequencer.expand.Expander;
import dev.dbsync.sequencer.purge.LogPurger;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The mappings that fit the internal database. */
@ApplicationScoped
class ActiveMappings {

    private static final Logger LOG = Logger.getLogger(ActiveMappings.class);

    private final DataSource dataSource;
    private final Expander expander;
    private final LogPurger purger;
    private final Optional<Path> directory;

    private volatile List<BoundMapping> active = List.of();

    ActiveMappings(
            DataSource dataSource,
            Expander expander,
            LogPurger purger,
            @ConfigProperty(name = "dbsync.mappings-directory") Optional<Path> directory) {
        this.dataSource = dataSource;
        this.expander = expander;
        this.purger = purger;
        this.directory = directory;
    }

    /**
     * Holds the mapping files against the database and tells who works by them.
     *
     * @return true
     * @throws dev.dbsync.common.mapping.MappingException if an operator's file does not fit
     */
    boolean bind() throws SQLException {
        MappingCatalog catalog = MappingCatalog.load(directory);
        try (Connection connection = dataSource.getConnection()) {
            MappingBinder.Bound bound = MappingBinder.bind(catalog, connection);
            bound.leftOut().forEach(sentence -> LOG.infof("A built-in mapping is left out; %s", sentence));
            bound.advice().forEach(LOG::warn);
            active = bound.active();
        }
        expander.load(active);
        purger.load(active);
        return true;
    }

    /** Empty before {@link #bind}. */
    List<BoundMapping> active() {
        return active;
    }
}
