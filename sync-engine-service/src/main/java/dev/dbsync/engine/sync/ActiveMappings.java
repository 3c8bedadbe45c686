package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.MappingBinder;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.engine.destination.Destination;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * The mappings that fit the internal database, bound when first needed and kept. While the source tables are not there yet,
 * asking fails and is simply asked again. Thread-safe.
 */
@ApplicationScoped
public class ActiveMappings {

    private static final Logger LOG = Logger.getLogger(ActiveMappings.class);

    private final MappingCatalog catalog;
    private final DataSource internal;
    private volatile List<BoundMapping> bound;

    ActiveMappings(MappingCatalog catalog, DataSource internal) {
        this.catalog = catalog;
        this.internal = internal;
    }

    /**
     * All of them, in the catalog's order.
     *
     * @throws SourceException if the internal database cannot be asked
     */
    List<BoundMapping> all() {
        List<BoundMapping> known = bound;
        return known != null ? known : bind();
    }

    private synchronized List<BoundMapping> bind() {
        if (bound == null) {
            try (Connection connection = internal.getConnection()) {
                MappingBinder.Bound found = MappingBinder.bind(catalog, connection);
                found.leftOut().forEach(reason -> LOG.infof("A built-in mapping is left out: %s", reason));
                bound = found.active();
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }
        return bound;
    }

    /** Those a destination has chosen. */
    List<BoundMapping> wantedBy(Destination destination) {
        return all().stream()
                .filter(mapping -> destination
                        .mappings()
                        .map(chosen -> chosen.contains(mapping.id()))
                        .orElse(true))
                .toList();
    }
}
