package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.MappingBinder;
import dev.dbsync.common.mapping.MappingCatalog;
import dev.dbsync.engine.destination.Destination;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * The mappings that fit the internal database. They are bound when first needed and kept; while some are left out, because the
 * sequencer may not have made their tables yet, it is looked again now and then. Thread-safe.
 */
@ApplicationScoped
public class ActiveMappings {

    private static final Logger LOG = Logger.getLogger(ActiveMappings.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private final MappingCatalog catalog;
    private final DataSource internal;
    private final Clock clock;
    private volatile Known known = new Known(List.of(), List.of(), Instant.MIN, Map.of());

    private record Known(
            List<BoundMapping> active, List<String> leftOut, Instant until, Map<String, String> logTables) {}

    ActiveMappings(MappingCatalog catalog, DataSource internal, Clock clock) {
        this.catalog = catalog;
        this.internal = internal;
        this.clock = clock;
    }

    /**
     * All of them, in the catalog's order.
     *
     * @throws SourceException if the internal database cannot be asked
     * @throws dev.dbsync.common.mapping.MappingException if a mapping of the operator's does not fit it
     */
    List<BoundMapping> all() {
        Known now = known;
        return clock.instant().isBefore(now.until()) ? now.active() : bind();
    }

    private synchronized List<BoundMapping> bind() {
        if (!clock.instant().isBefore(known.until())) {
            try (Connection connection = internal.getConnection()) {
                MappingBinder.Bound found = MappingBinder.bind(catalog, connection);
                if (!found.leftOut().equals(known.leftOut())) {
                    found.leftOut().forEach(reason -> LOG.infof("A built-in mapping is left out: %s", reason));
                }
                Instant until = found.leftOut().isEmpty()
                        ? Instant.MAX
                        : clock.instant().plus(LOOK_AGAIN);
                Map<String, String> logTables = found.active().stream()
                        .collect(Collectors.toUnmodifiableMap(
                                BoundMapping::id,
                                bound -> bound.mapping().source().logName()));
                known = new Known(found.active(), found.leftOut(), until, logTables);
            } catch (SQLException e) {
                throw new SourceException(e);
            }
        }
        return known.active();
    }

    /** The table that each mapping's log entries name, by mapping id; of those that have been bound already. */
    Map<String, String> logTables() {
        return known.logTables();
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
