package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.BoundMapping;
import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.engine.destination.Destination;
import dev.dbsync.engine.quarantine.QuarantineStore;
import dev.dbsync.engine.sync.MappingSync.Step;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.engine.target.RowHashes.Buckets;
import dev.dbsync.engine.target.RowHashes.Keyed;
import dev.dbsync.engine.target.RowHashes.Range;
import dev.dbsync.engine.target.RowHashes.Sum;
import dev.dbsync.engine.target.TargetFault;
import dev.dbsync.engine.target.TargetFault.Scope;
import dev.dbsync.engine.target.TargetRefusedException;
import dev.dbsync.engine.target.UnusableAnswerException;
import dev.dbsync.engine.target.postgres.PostgresTarget;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Compares one mapping of one destination with its source, beside live changes, in two stages.
 *
 * <p>{@link #compare} sums row hashes over a range of keys on both sides, each in a short transaction of its own and under no lock, and
 * narrows down to the keys that differ. The two sides are of different moments, so these keys are mere candidates.
 *
 * <p>{@link #judge} looks at candidates one by one with the position locked, so that no other run writes, and with the source read
 * behind the lock (invariant 4). Then whatever the source's snapshot shows and the target does not is either in an entry of the log that
 * this very snapshot shows as not applied, or not resolved yet, or in quarantine; or else it is a difference. So there is no false one,
 * however busy the mapping is.
 *
 * <p>Used by one thread.
 */
public final class MappingCheck {

    /** Ranges of no more rows than this are not made smaller. */
    public static final int FEWEST_ROWS = 500;

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String NO_BOOKKEEPING = "the target's position is gone";

    /** A schema, table or column. */
    private static final Set<String> NOT_THERE = Set.of("3F000", "42P01", "42703");

    /** So many ranges are made one where each costs a look at the whole table. */
    private static final int PIECES_PER_SCAN = 10;

    private static final int COARSE_BITS = 6;
    private static final int FINE_BITS = 12;

    /** Rows that are listed one by one; a range with more of them in differing buckets is compared in smaller pieces. */
    private static final int MOST_LISTED = 2000;

    /** Twice what the smallest range may hold: what a target lists beyond that it has made up. */
    private static final int MOST_ANSWERED = 2 * FEWEST_ROWS * PIECES_PER_SCAN;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final BoundMapping bound;
    private final Mapping mapping;
    private final Destination destination;
    private final PostgresTarget target;
    private final SourceReader source;
    private final QuarantineStore quarantine;
    private final MappingSync sync;
    private final Executor threads;

    /** Of all that this check hashes. Nobody knows it before it is asked for by it, so nobody can have chosen rows for it. */
    private final String salt = Long.toHexString(RANDOM.nextLong());

    MappingCheck(
            BoundMapping bound,
            Destination destination,
            PostgresTarget target,
            SourceReader source,
            QuarantineStore quarantine,
            MappingSync sync,
            Executor threads) {
        this.bound = bound;
        this.mapping = bound.mapping();
        this.destination = destination;
        this.target = target;
        this.source = source;
        this.quarantine = quarantine;
        this.sync = sync;
        this.threads = threads;
    }

    /** Whether a mapping can be compared. */
    public sealed interface Standing {

        /** It follows the log and has passed this id. */
        record Following(long sequenceId) implements Standing {}

        /** Its position is not trusted: the next run copies it again, for this reason. */
        record Distrusted(String reason) implements Standing {}

        /** It is being copied, or waits for something. */
        record NotFollowing() implements Standing {}

        /** A run is at it. */
        record Busy() implements Standing {}

        /** The destination was edited, paused or deleted, or the engine switched off. */
        record Unwanted() implements Standing {}
    }

    /**
     * What a range came to.
     *
     * @param rows rows compared, of the side that has more
     * @param candidates target keys that differed
     * @param next where the next range begins; empty if this was the last
     * @param tooMany there would be too many candidates: nothing counts, the range is to be compared in smaller pieces
     */
    public record Piece(long rows, List<List<String>> candidates, Optional<List<String>> next, boolean tooMany) {}

    /** How a key differs. */
    public enum Difference {
        MISSING,
        EXTRA,
        DIFFERENT
    }

    /**
     * What candidates came to. Those that are in none of these are the same on both sides.
     *
     * @param standing where the target stood; if it does not follow, nothing else is told
     * @param differences what differs and should not
     * @param inFlight keys that something is under way for; to be judged again
     * @param quarantined how many differ because the target refused them
     */
    public record Judgement(
            Standing standing,
            Map<List<String>, Difference> differences,
            List<List<String>> inFlight,
            int quarantined) {}

    /** Lets the tenant's view say that everything up to this id was found identical. */
    public void noteVerified(long sequenceId) throws SQLException {
        target.noteVerified(mapping.id(), sequenceId);
    }

    /** Where the target stands. */
    public Standing standing() throws SQLException {
        Locked locked = lock();
        try {
            if (locked.position() == null) {
                return locked.standing();
            }
            try (var snapshot = source.snapshot()) {
                return standing(locked, snapshot);
            }
        } finally {
            target.rollback();
        }
    }

    /** @param position null if it could not be locked; then {@code standing} says why */
    private record Locked(Position position, String tableIdentity, Standing standing) {}

    private Locked lock() throws SQLException {
        target.beginComparing();
        Optional<Position> position;
        try {
            position = target.lock(mapping.id());
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                target.rollback();
                return new Locked(null, "", new Standing.Busy());
            }
            if (NOT_THERE.contains(e.getSQLState())) {
                return new Locked(null, "", new Standing.Distrusted(NO_BOOKKEEPING));
            }
            throw e;
        }
        if (position.isEmpty()) {
            return new Locked(null, "", new Standing.Distrusted(NO_BOOKKEEPING));
        }
        String identity = target.tables().identities(List.of(mapping)).getOrDefault(mapping.id(), "");
        return new Locked(position.get(), identity, null);
    }

    private Standing standing(Locked locked, SourceReader.Snapshot snapshot) {
        Position position = locked.position();
        SourceFacts facts = snapshot.facts(destination, Map.of(bound, position)).get(mapping.id());
        if (!facts.wanted()) {
            return new Standing.Unwanted();
        }
        MappingPlan plan = MappingPlan.decide(position, facts, mapping.hash(), locked.tableIdentity(), false);
        if (plan instanceof MappingPlan.AwaitCapture || position.phase() == Phase.PENDING) {
            return new Standing.NotFollowing();
        }
        if (plan instanceof MappingPlan.StartCopy copy) {
            return MappingPlan.RESYNC.equals(copy.reason())
                    ? new Standing.NotFollowing()
                    : new Standing.Distrusted(copy.reason());
        }
        return position.phase() == Phase.FOLLOWING
                ? new Standing.Following(position.watermark())
                : new Standing.NotFollowing();
    }

    /**
     * Compares the next range of target keys.
     *
     * @param after the end of the one before
     * @param pieceRows rows that it holds at most on either side
     */
    public Piece compare(Optional<List<String>> after, int pieceRows) throws SQLException {
        int most = hasIndexInOrder() ? pieceRows : pieceRows * PIECES_PER_SCAN;
        Optional<List<String>> theirs = inTarget(() -> target.boundary(mapping, after, most));
        Optional<List<String>> upTo = boundary(after, theirs, most);
        var range = new Range(after, upTo);
        Sides<Map<Long, Sum>> whole = sums(range, 0, Buckets.ALL);
        long rows = Math.max(rowsOf(whole.mine()), Math.min(rowsOf(whole.theirs()), most));
        if (whole.mine().equals(whole.theirs())) {
            return new Piece(rows, List.of(), upTo, false);
        }
        Buckets coarse = differing(sums(range, COARSE_BITS, Buckets.ALL), COARSE_BITS);
        if (coarse.numbers().isEmpty()) {
            return new Piece(rows, List.of(), upTo, false);
        }
        Sides<Map<Long, Sum>> sums = sums(range, FINE_BITS, coarse);
        Buckets fine = differing(sums, FINE_BITS);
        if (fine.numbers().isEmpty()) {
            return new Piece(rows, List.of(), upTo, false);
        }
        if (pieceRows > FEWEST_ROWS && Math.max(rowsIn(fine, sums.mine()), rowsIn(fine, sums.theirs())) > MOST_LISTED) {
            return new Piece(0, List.of(), after, true);
        }
        List<Keyed> mine = inSource(snapshot -> snapshot.hashes(bound, destination.tenancyId(), salt, range, fine));
        List<Keyed> there = inTarget(() -> target.hashes(mapping, salt, range, fine, MOST_ANSWERED));
        List<List<String>> unequal = unequal(mine, there);
        requireKeys(unequal);
        return new Piece(rows, unequal, upTo, false);
    }

    private Optional<List<String>> boundary(Optional<List<String>> after, Optional<List<String>> theirs, int most)
            throws SQLException {
        try {
            return inSource(snapshot -> snapshot.boundary(bound, destination.tenancyId(), after, theirs, most));
        } catch (SourceException e) {
            if (e.isAboutRows() && theirs.isPresent()) {
                requireKeys(List.of(theirs.get()));
            }
            throw e;
        }
    }

    /** What the target calls a key is looked up in the source, where it must not fail, and written down. */
    private void requireKeys(List<List<String>> keys) throws UnusableAnswerException {
        if (!keys.isEmpty() && !source.areTargetKeys(bound, keys)) {
            throw new UnusableAnswerException("A key that is of no row");
        }
    }

    /** Texts are ordered by their bytes, which a target's key is not: then every range costs a look at the whole table. */
    private boolean hasIndexInOrder() {
        return !mapping.keyColumns().get(0).type().isText();
    }

    private record Sides<T>(T mine, T theirs) {}

    /** Both sides at the same time, since this is what a verification spends its time on. */
    private Sides<Map<Long, Sum>> sums(Range range, int bits, Buckets picked) throws SQLException {
        CompletableFuture<Map<Long, Sum>> mine = CompletableFuture.supplyAsync(
                () -> inSource(snapshot -> snapshot.sums(bound, destination.tenancyId(), salt, range, bits, picked)),
                threads);
        try {
            Map<Long, Sum> theirs = inTarget(() -> target.sums(mapping, salt, range, bits, picked));
            return new Sides<>(mine.join(), theirs);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        } finally {
            // Not left behind: the turn is over only when nothing of it runs any more.
            mine.exceptionally(e -> Map.of()).join();
        }
    }

    private static Buckets differing(Sides<Map<Long, Sum>> sums, int bits) {
        var numbers = new LinkedHashSet<>(sums.mine().keySet());
        numbers.addAll(sums.theirs().keySet());
        return new Buckets(
                bits,
                numbers.stream()
                        .filter(n -> !Objects.equals(
                                sums.mine().get(n), sums.theirs().get(n)))
                        .toList());
    }

    private static long rowsOf(Map<Long, Sum> sums) {
        return sums.values().stream().mapToLong(Sum::rows).sum();
    }

    private static long rowsIn(Buckets buckets, Map<Long, Sum> sums) {
        return buckets.numbers().stream()
                .mapToLong(n -> sums.getOrDefault(n, Sum.NONE).rows())
                .sum();
    }

    private static List<List<String>> unequal(List<Keyed> mine, List<Keyed> theirs) {
        var hashes = new LinkedHashMap<List<String>, Long>();
        mine.forEach(row -> hashes.put(row.key(), row.hash()));
        var unequal = new LinkedHashSet<List<String>>();
        for (Keyed row : theirs) {
            Long hash = hashes.remove(row.key());
            if (hash == null || hash != row.hash()) {
                unequal.add(row.key());
            }
        }
        unequal.addAll(hashes.keySet());
        return List.copyOf(unequal);
    }

    /** Looks at candidates one by one, with the position locked and the source read behind the lock. */
    public Judgement judge(List<List<String>> keys) throws SQLException {
        Locked locked = lock();
        try {
            if (locked.position() == null) {
                return nothing(locked.standing());
            }
            Map<Integer, Long> theirs = target.hashesOf(mapping, salt, keys);
            Map<Integer, Long> mine;
            SourceReader.InFlight inFlight;
            Standing standing;
            try (var snapshot = source.snapshotOf(bound)) {
                standing = standing(locked, snapshot);
                if (!(standing instanceof Standing.Following following)) {
                    return nothing(standing);
                }
                mine = snapshot.hashesOf(bound, destination.tenancyId(), salt, keys);
                inFlight = snapshot.inFlight(bound, destination.tenancyId(), following.sequenceId(), keys);
            }
            var unequal = new ArrayList<Integer>();
            for (int i = 0; i < keys.size(); i++) {
                if (!Objects.equals(mine.get(i), theirs.get(i))) {
                    unequal.add(i);
                }
            }
            return judged(standing, keys, unequal, mine, theirs, inFlight);
        } finally {
            target.rollback();
        }
    }

    private Judgement judged(
            Standing standing,
            List<List<String>> keys,
            List<Integer> unequal,
            Map<Integer, Long> mine,
            Map<Integer, Long> theirs,
            SourceReader.InFlight inFlight) {
        Set<List<String>> refused = unequal.isEmpty()
                ? Set.of()
                : quarantine.those(
                        destination, mapping, unequal.stream().map(keys::get).toList());
        var differences = new HashMap<List<String>, Difference>();
        var again = new ArrayList<List<String>>();
        int quarantined = 0;
        for (int i : unequal) {
            if (inFlight.has(i)) {
                again.add(keys.get(i));
            } else if (refused.contains(keys.get(i))) {
                quarantined++;
            } else {
                differences.put(
                        keys.get(i),
                        !theirs.containsKey(i)
                                ? Difference.MISSING
                                : mine.containsKey(i) ? Difference.DIFFERENT : Difference.EXTRA);
            }
        }
        return new Judgement(standing, differences, again, quarantined);
    }

    private static Judgement nothing(Standing standing) {
        return new Judgement(standing, Map.of(), List.of(), 0);
    }

    /**
     * Brings these keys to what the source has now, by the same step that every other row goes.
     *
     * @return how many of them are dealt with, from the first; 0 if the mapping cannot be written to just now
     * @throws TargetRefusedException also if so many rows are refused that it is not single rows any more
     */
    public Rewritten rewrite(List<List<String>> keys) throws SQLException, TargetRefusedException {
        try {
            return rewritten(sync.rewrite(keys));
        } catch (SQLException e) {
            if (TargetFault.from(e).scope() != Scope.ROW || sync.isCareful()) {
                throw e;
            }
            target.rollback();
            sync.beCareful();
            return rewritten(sync.rewrite(keys));
        }
    }

    /**
     * What rewriting came to.
     *
     * @param keys so many of the keys, from the first, are dealt with
     * @param refused those that the target refused; they are in quarantine now
     */
    public record Rewritten(int keys, Set<List<String>> refused) {}

    private static Rewritten rewritten(Step step) throws TargetRefusedException {
        if (step instanceof Step.TooManyRefused tooMany) {
            throw new TargetRefusedException(tooMany.last());
        }
        if (!(step instanceof Step.Rewritten done)) {
            return new Rewritten(0, Set.of());
        }
        var refused = new HashSet<List<String>>();
        done.refused().forEach(row -> refused.add(row.key()));
        return new Rewritten(done.keys(), refused);
    }

    private interface OfTarget<T> {
        T read() throws SQLException;
    }

    private interface OfSource<T> {
        T read(SourceReader.Snapshot snapshot);
    }

    private <T> T inTarget(OfTarget<T> reading) throws SQLException {
        target.beginComparing();
        T read = reading.read();
        target.rollback();
        return read;
    }

    private <T> T inSource(OfSource<T> reading) {
        try (var snapshot = source.snapshot()) {
            return reading.read(snapshot);
        }
    }
}
