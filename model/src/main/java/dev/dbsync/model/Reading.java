package dev.dbsync.model;

import dev.dbsync.engine.sync.MappingPlan;
import dev.dbsync.engine.sync.SourceFacts;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.engine.target.SourceMoment;
import dev.dbsync.model.Db.Destination;
import dev.dbsync.model.Db.Entry;
import dev.dbsync.model.Db.Epoch;
import dev.dbsync.model.Db.Mirror;
import dev.dbsync.model.Db.Row;
import dev.dbsync.model.Db.Table;
import dev.dbsync.model.Target.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What one snapshot of the internal database says to a run: {@code facts.sql} and what the pages are made of. What a switched-off
 * safeguard would not know is left out here, so that the engine's own decision can be taken as it is.
 */
record Reading(SourceFacts facts, Row[] rows, List<Entry> news, int readUpTo, int truncates) {

    static final int MARGIN = 2;

    private static final String HASH = "mapping";

    static Reading of(World world, int destination, Stored stored) {
        return of(world, destination, stored, world.source.db.rows(world.scenario.keys()));
    }

    static Reading of(World world, int destination, Stored stored, Row[] rows) {
        InternalDatabase source = world.source;
        int tenancy = world.scenario.tenancyOf(destination);
        List<Entry> news = news(source.db, tenancy, stored.watermark(), world.scenario.pageRows());
        return new Reading(
                facts(world, destination, stored, !news.isEmpty()), rows, news, source.visible, source.truncates);
    }

    Reading seenUpTo(int later) {
        return new Reading(facts, rows, news, later, truncates);
    }

    static SourceFacts facts(World world, int destination, Stored stored, boolean hasNews) {
        Db db = world.source.db;
        Destination wanted = db.destination(destination);
        boolean checked = world.on(Safeguard.EPOCH_CHECK);
        int ordinal = ordinalOf(db, stored.position().epoch());
        boolean none = stored.position().epoch() == null;
        Epoch next = ordinal < 0 ? null : epochBehind(db, ordinal);
        int generation = db.generation();
        boolean pending = stored.position().phase() == Phase.PENDING;
        return new SourceFacts(
                wanted != null && !wanted.paused(),
                checked ? db.state().last() : Math.max(db.state().last(), stored.watermark()),
                uuid(db.state().epoch()),
                world.on(Safeguard.CAPTURE_GENERATION) || pending
                        ? generation
                        : stored.position().generation(),
                !checked || (none ? stored.watermark() == 0 : ordinal >= 0),
                !checked || next == null ? Long.MAX_VALUE : next.first(),
                world.on(Safeguard.PURGE_FLOOR_CHECK) ? db.floor(world.scenario.tenancyOf(destination)) : 0,
                hasNews,
                new SourceMoment(uuid(db.history().history()), db.state().tick()),
                stored.position().moment() == null
                        || ordinalOfHistory(db, stored.position().moment()) >= 0,
                nextHistoryBegins(world, stored.position().moment()),
                null,
                uuid(db.resync(destination)));
    }

    /** What is next at this position; the engine decides. */
    MappingPlan plan(World world, Stored stored, String tableIdentity, boolean logFirst) {
        return plan(world, stored, facts, tableIdentity, logFirst);
    }

    static MappingPlan plan(World world, Stored stored, SourceFacts facts, String tableIdentity) {
        return plan(world, stored, facts, tableIdentity, false);
    }

    private static MappingPlan plan(
            World world, Stored stored, SourceFacts facts, String tableIdentity, boolean logFirst) {
        String identity = world.on(Safeguard.TABLE_IDENTITY) || tableIdentity.isEmpty()
                ? tableIdentity
                : stored.position().tableIdentity();
        Position position = world.on(Safeguard.HISTORY_TICK)
                ? stored.position()
                : stored.position().readAt(null);
        return MappingPlan.decide(position, facts, hash(stored), identity, logFirst);
    }

    private static String hash(Stored stored) {
        return stored.position().phase() == Phase.PENDING
                ? HASH
                : stored.position().mappingHash();
    }

    static String hash() {
        return HASH;
    }

    /** The engine wants {@link #MARGIN} ticks beyond a position's own to have survived; what is explored may want fewer. */
    private static long nextHistoryBegins(World world, SourceMoment moment) {
        Db db = world.source.db;
        int known = ordinalOfHistory(db, moment);
        long begins = Long.MAX_VALUE;
        for (int i = known + 1; i < db.size(Table.HISTORY) && known >= 0; i++) {
            if (db.history(i) != null) {
                begins = Math.min(begins, db.history(i).begin() + MARGIN - world.historyMargin);
            }
        }
        return begins;
    }

    private static int ordinalOfHistory(Db db, SourceMoment moment) {
        for (int i = 1; i < db.size(Table.HISTORY) && moment != null; i++) {
            if (db.history(i) != null
                    && db.history(i).history() == moment.history().getLeastSignificantBits()) {
                return i;
            }
        }
        return -1;
    }

    /** The epoch an id was given in. */
    static UUID epochOf(Db db, int sequenceId) {
        UUID found = null;
        for (int i = 1; i < db.size(Table.EPOCH); i++) {
            Epoch epoch = db.epoch(i);
            if (epoch != null && epoch.first() <= sequenceId) {
                found = uuid(epoch.epoch());
            }
        }
        return found;
    }

    private static Epoch epochBehind(Db db, int ordinal) {
        for (int i = ordinal + 1; i < db.size(Table.EPOCH); i++) {
            if (db.epoch(i) != null) {
                return db.epoch(i);
            }
        }
        return null;
    }

    private static int ordinalOf(Db db, UUID epoch) {
        if (epoch != null) {
            for (int i = 1; i < db.size(Table.EPOCH); i++) {
                if (db.epoch(i) != null && db.epoch(i).epoch() == epoch.getLeastSignificantBits()) {
                    return i;
                }
            }
        }
        return -1;
    }

    static UUID uuid(int epoch) {
        return epoch == 0 ? null : new UUID(0, epoch);
    }

    /** Target keys, as bits, that entries above a watermark, sequenced or not, will touch; as {@code SourceQueries.inFlight} finds them. */
    static int inFlight(Db db, int tenancy, int watermark) {
        int owed = 0;
        for (int i = 1; i < db.size(Table.CHANGED); i++) {
            Entry entry = db.entry(Table.CHANGED, i);
            if (isAbove(entry, tenancy, watermark) && db.row(entry.key()) != null) {
                owed |= 1 << db.row(entry.key()).targetKey();
            }
        }
        for (int i = 1; i < db.size(Table.DELETED); i++) {
            Entry entry = db.entry(Table.DELETED, i);
            if (isAbove(entry, tenancy, watermark)) {
                owed |= 1 << entry.targetKey();
            }
        }
        return owed;
    }

    private static boolean isAbove(Entry entry, int tenancy, int watermark) {
        return entry != null
                && entry.tenancy() == tenancy
                && (entry.sequenceId() == 0 || entry.sequenceId() > watermark);
    }

    private static List<Entry> news(Db db, int tenancy, int watermark, int limit) {
        List<Entry> found = List.of();
        for (Table log : List.of(Table.CHANGED, Table.DELETED)) {
            for (int i = 1; i < db.size(log); i++) {
                Entry entry = db.entry(log, i);
                if (entry != null && entry.tenancy() == tenancy && entry.sequenceId() > watermark) {
                    found = found.isEmpty() ? new ArrayList<>() : found;
                    found.add(entry);
                }
            }
        }
        if (found.size() > 1) {
            found.sort((one, other) -> one.sequenceId() - other.sequenceId());
        }
        return found.size() > limit ? found.subList(0, limit) : found;
    }

    /** Whether the mirror already says what the position says. */
    static boolean shows(Mirror mirror, Stored stored) {
        return mirror != null
                && mirror.phase() == stored.position().phase()
                && mirror.watermark() == stored.watermark();
    }
}
