package dev.dbsync.engine.heartbeat;

import dev.dbsync.common.heartbeat.HeartbeatEntry;
import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** Receives heartbeats. Thread-safe; blocks. */
@ApplicationScoped
public class Heartbeats {

    private static final Sql READ = Sql.resource(Heartbeats.class, "read.sql");
    private static final Sql ARRIVED = Sql.resource(Heartbeats.class, "arrived.sql");

    private final InternalDb internal;
    private final InternalDb snapshots;

    /** @param snapshots the connections that pages of the log are read with */
    Heartbeats(InternalDb internal, @io.quarkus.agroal.DataSource("snapshots") DataSource snapshots) {
        this.internal = internal;
        this.snapshots = InternalDb.on(snapshots);
    }

    /** Whether a delivery for this tenancy is a heartbeat. */
    public boolean isOne(UUID tenancyId) {
        return HeartbeatEntry.TENANCY.equals(tenancyId);
    }

    /**
     * Writes down that the newest heartbeat arrived.
     *
     * @return false while the engine is switched off; then nothing was written
     * @throws dev.dbsync.engine.internaldb.InternalDbException if the log could not be read or the arrival not be written
     */
    public boolean arrived() {
        Seen seen = snapshots
                .queryOne(
                        READ,
                        Map.of("tenancy", HeartbeatEntry.TENANCY, "table", HeartbeatEntry.TABLE),
                        row -> new Seen(
                                row.getBoolean("enabled"), Optional.ofNullable(row.getObject("beat", Long.class))))
                .orElse(Seen.NOTHING);
        if (seen.enabled()) {
            seen.beat().ifPresent(beat -> internal.alone(session -> session.update(ARRIVED, Map.of("beat", beat))));
        }
        return seen.enabled();
    }

    private record Seen(boolean enabled, Optional<Long> beat) {

        private static final Seen NOTHING = new Seen(false, Optional.empty());
    }
}
