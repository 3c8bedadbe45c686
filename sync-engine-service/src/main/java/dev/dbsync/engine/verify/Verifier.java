package dev.dbsync.engine.verify;

import dev.dbsync.engine.destination.DestinationStore;
import dev.dbsync.engine.internaldb.InternalDbException;
import dev.dbsync.engine.sync.DestinationChecks;
import dev.dbsync.engine.sync.DestinationChecks.Failed;
import dev.dbsync.engine.sync.DestinationChecks.Turn;
import dev.dbsync.engine.sync.MappingCheck;
import dev.dbsync.engine.sync.MappingCheck.Difference;
import dev.dbsync.engine.sync.MappingCheck.Judgement;
import dev.dbsync.engine.sync.MappingCheck.Piece;
import dev.dbsync.engine.sync.MappingCheck.Rewritten;
import dev.dbsync.engine.sync.MappingCheck.Standing;
import dev.dbsync.engine.sync.SourceException;
import dev.dbsync.engine.target.TargetFault;
import dev.dbsync.engine.target.TargetRefusedException;
import dev.dbsync.engine.verify.MappingProgress.Found;
import dev.dbsync.engine.verify.MappingProgress.Result;
import dev.dbsync.engine.verify.VerificationStore.Claimed;
import dev.dbsync.engine.verify.VerificationStore.LeaseLost;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/** Takes verifications forward, a slice at a time. Thread-safe. */
@ApplicationScoped
class Verifier {

    private static final Logger LOG = Logger.getLogger(Verifier.class);
    private static final Duration AT_ONCE = Duration.ZERO;

    /** What is in flight is looked at again so much later: the sequencer and a run come in between. */
    private static final Duration MOMENT = Duration.ofMillis(250);

    private static final Duration WHILE = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 5;

    /** Candidates judged, or keys written, in one transaction of the target. */
    private static final int BATCH = 500;

    /** With so many candidates in flight nothing more is compared until some have settled. */
    private static final int MOST_CANDIDATES = 2000;

    private static final int SHOWN_KEYS = 100;
    private static final int SHOWN_LENGTH = 200;

    private final VerificationStore store;
    private final DestinationChecks checks;
    private final DestinationStore destinations;
    private final VerifyConfig config;
    private final VerifyMetrics metrics;

    Verifier(
            VerificationStore store,
            DestinationChecks checks,
            DestinationStore destinations,
            VerifyConfig config,
            VerifyMetrics metrics) {
        this.store = store;
        this.checks = checks;
        this.destinations = destinations;
        this.config = config;
        this.metrics = metrics;
    }

    /** What a look at the verifications came to. */
    enum Outcome {
        /** None is due. */
        IDLE,
        /** A slice was done, well or not; there may be more. */
        WORKED
    }

    /** Does a slice of the verification that is due first. */
    Outcome runOnce() {
        store.cancelUnwanted();
        Optional<Claimed> claimed = store.claim();
        claimed.ifPresent(this::take);
        return claimed.isPresent() ? Outcome.WORKED : Outcome.IDLE;
    }

    private void take(Claimed run) {
        if (run.attempts() > ATTEMPTS) {
            fail(
                    run,
                    "VERIFICATION_ABANDONED",
                    "Slice after slice ended before its time; look for restarts of the engine");
            return;
        }
        if (Duration.between(run.startedAt(), run.now()).compareTo(config.timeLimit()) > 0) {
            fail(run, "VERIFICATION_TOO_SLOW", "It took longer than " + config.timeLimit());
            return;
        }
        try {
            var slice = new Slice(run);
            switch (checks.inTurn(run.tenancyId(), run.destinationId(), run.revision(), slice::run)) {
                case UNWANTED -> store.cancelled(run);
                case BUSY -> store.release(run, MOMENT, false);
                case DONE -> end(run, slice);
            }
        } catch (LeaseLost e) {
            LOG.debugf("A verification was taken over or cancelled verification=%s", run.id());
        } catch (Failed e) {
            failedSlice(run, e.fault().code(), e.fault().message());
        } catch (SourceException e) {
            if (!e.isTimeout() && !e.isAboutRows()) {
                throw e;
            }
            failedSlice(
                    run,
                    e.isTimeout() ? "SOURCE_TOO_SLOW" : "SOURCE_ROW_UNREADABLE",
                    "The internal database could not read a range of rows (" + e.sqlState() + ")");
        } catch (InternalDbException | RejectedExecutionException e) {
            throw e;
        } catch (RuntimeException e) {
            // A server may send what neither the driver nor we expect. That is this verification's end, not the
            // worker's.
            LOG.errorf(e, "A slice failed unexpectedly tenancy=%s target=%s", run.tenancyId(), run.database());
            TargetFault fault = TargetFault.from(e);
            failedSlice(run, fault.code(), fault.message());
        }
    }

    private void end(Claimed run, Slice slice) {
        if (run.mappings().stream().allMatch(MappingProgress::finished)) {
            store.done(run);
            LOG.infof(
                    "A verification is done tenancy=%s target=%s verification=%s identical=%s",
                    run.tenancyId(),
                    run.database(),
                    run.id(),
                    run.mappings().stream().allMatch(m -> m.result == Result.IDENTICAL));
        } else {
            store.release(run, slice.pause(), false);
        }
    }

    private void failedSlice(Claimed run, String code, String message) {
        if (run.attempts() >= ATTEMPTS) {
            fail(run, code, message);
        } else {
            store.release(run, Duration.ofSeconds(1L << run.attempts()), true);
        }
    }

    private void fail(Claimed run, String code, String message) {
        store.failed(run, code, message);
        metrics.failed();
        LOG.warnf(
                "A verification failed tenancy=%s target=%s verification=%s error=%s",
                run.tenancyId(), run.database(), run.id(), code);
    }

    /** One turn at a database: steps until the time is over, a run waits, or nothing can be done just now. */
    private final class Slice {

        private final Claimed run;
        private final long begun = System.nanoTime();

        /** Mappings that have to wait for something. */
        private final Set<MappingProgress> waiting = new HashSet<>();

        /** Candidates that were looked at in this slice and are in flight. */
        private final Set<List<String>> inFlight = new HashSet<>();

        private Duration wait = MOMENT;
        private long rows;
        private int pieceRows;

        private Slice(Claimed run) {
            this.run = run;
            // Statements that take too long are the likeliest reason of a slice that failed.
            this.pieceRows = atLeast(config.pieceRows() >> (2 * (run.attempts() - 1)));
        }

        private void run(Turn turn) throws SQLException, TargetRefusedException {
            while (!turn.mustMakeWay() && elapsed().compareTo(config.slice()) < 0) {
                Optional<MappingProgress> next = run.mappings().stream()
                        .filter(mapping -> !mapping.finished() && !waiting.contains(mapping))
                        .findFirst();
                if (next.isEmpty()) {
                    return;
                }
                wait = MOMENT;
                MappingProgress mapping = next.get();
                Optional<MappingCheck> check = turn.of(mapping.mappingId);
                if (check.isPresent()) {
                    step(mapping, check.get());
                } else {
                    finish(mapping, Result.NOT_FOLLOWING, "the mapping does not fit the internal database as it is");
                }
            }
        }

        private int atLeast(int wanted) {
            return Math.max(wanted, Math.min(MappingCheck.FEWEST_ROWS, config.pieceRows()));
        }

        private Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - begun);
        }

        /** The scrubber pays for its rows with time. */
        private Duration pause() {
            boolean all = run.mappings().stream().allMatch(m -> m.finished() || waiting.contains(m));
            Duration owed = run.scrubber()
                    ? Duration.ofMillis(rows * 1000 / config.scrubRowsPerSecond())
                            .minus(elapsed())
                    : AT_ONCE;
            Duration shortest = all ? wait : AT_ONCE;
            return owed.compareTo(shortest) > 0 ? owed : shortest;
        }

        private void step(MappingProgress mapping, MappingCheck check) throws SQLException, TargetRefusedException {
            if (!mapping.started) {
                begin(mapping, check.standing());
            } else if (!mapping.owed.isEmpty()) {
                rewrite(mapping, check);
            } else if (mapping.candidates.stream().anyMatch(key -> !inFlight.contains(key))) {
                judge(mapping, check);
            } else if (!mapping.compared && mapping.candidates.size() < MOST_CANDIDATES) {
                compare(mapping, check);
            } else if (mapping.compared && mapping.candidates.isEmpty()) {
                conclude(mapping, check);
            } else if (mapping.comparedAt != null && isOver(mapping.comparedAt, config.settleTime())) {
                mapping.undecided = mapping.candidates.size();
                conclude(mapping, check);
            } else {
                waiting.add(mapping);
            }
        }

        private boolean isOver(java.time.OffsetDateTime since, Duration time) {
            return Duration.between(since, run.now()).compareTo(time) > 0;
        }

        private void begin(MappingProgress mapping, Standing standing) {
            if (standing instanceof Standing.Following following) {
                mapping.started = true;
                mapping.sequenceId = following.sequenceId();
                store.save(run, mapping);
            } else if (standing instanceof Standing.NotFollowing && !isOver(run.startedAt(), config.settleTime())) {
                pauseFor(mapping, WHILE);
            } else {
                giveUp(mapping, standing);
            }
        }

        private void pauseFor(MappingProgress mapping, Duration time) {
            waiting.add(mapping);
            wait = time;
        }

        /** The mapping cannot be compared just now, or not at all. */
        private void giveUp(MappingProgress mapping, Standing standing) {
            if (standing instanceof Standing.Distrusted distrusted) {
                finish(mapping, Result.COPIED_AGAIN, distrusted.reason());
                destinations.enqueue(run.tenancyId());
            } else if (standing instanceof Standing.NotFollowing) {
                finish(mapping, Result.NOT_FOLLOWING, "it is being copied");
            } else {
                // Busy, or the fuse is out; if it was paused or edited, the next look cancels the verification.
                pauseFor(mapping, standing instanceof Standing.Busy ? MOMENT : WHILE);
            }
        }

        private void compare(MappingProgress mapping, MappingCheck check) throws SQLException {
            Piece piece = check.compare(Optional.ofNullable(mapping.cursor), pieceRows);
            if (piece.tooMany()) {
                pieceRows = atLeast(pieceRows / 8);
                return;
            }
            if (piece.candidates().size() < MOST_CANDIDATES / 8) {
                pieceRows = Math.min(config.pieceRows(), pieceRows * 2);
            }
            rows += piece.rows();
            metrics.compared(piece.rows());
            mapping.rowsCompared += piece.rows();
            mapping.candidates.addAll(piece.candidates());
            mapping.cursor = piece.next().orElse(null);
            mapping.compared = piece.next().isEmpty();
            store.save(run, mapping);
        }

        private void judge(MappingProgress mapping, MappingCheck check) throws SQLException {
            List<List<String>> keys = mapping.candidates.stream()
                    .filter(key -> !inFlight.contains(key))
                    .limit(BATCH)
                    .toList();
            Judgement judgement = check.judge(keys);
            if (!(judgement.standing() instanceof Standing.Following)) {
                giveUp(mapping, judgement.standing());
                return;
            }
            inFlight.addAll(judgement.inFlight());
            var judged = new HashSet<>(keys);
            judgement.inFlight().forEach(judged::remove);
            mapping.candidates.removeIf(judged::contains);
            mapping.quarantined += judgement.quarantined();
            judgement.differences().forEach((key, kind) -> note(mapping, key, kind));
            if (run.repair()) {
                mapping.owed.addAll(judgement.differences().keySet());
            }
            metrics.differences(judgement.differences().size());
            store.save(run, mapping);
        }

        private void note(MappingProgress mapping, List<String> key, Difference kind) {
            switch (kind) {
                case MISSING -> mapping.missing++;
                case EXTRA -> mapping.extra++;
                case DIFFERENT -> mapping.different++;
            }
            if (mapping.found.size() < SHOWN_KEYS) {
                mapping.found.add(new Found(kind.name().toLowerCase(Locale.ROOT), shown(key)));
            }
        }

        /** It is kept and shown, and may be of any length. */
        private static List<String> shown(List<String> key) {
            return key.stream()
                    .map(text -> text.length() > SHOWN_LENGTH ? text.substring(0, SHOWN_LENGTH) + "…" : text)
                    .toList();
        }

        /** Written down as owed before: an engine that dies here has the next one write them once more. */
        private void rewrite(MappingProgress mapping, MappingCheck check) throws SQLException, TargetRefusedException {
            List<List<String>> keys = List.copyOf(mapping.owed.subList(0, Math.min(BATCH, mapping.owed.size())));
            Rewritten rewritten = check.rewrite(keys);
            if (rewritten.keys() == 0) {
                Standing standing = check.standing();
                if (standing instanceof Standing.Following) {
                    pauseFor(mapping, MOMENT);
                } else {
                    giveUp(mapping, standing);
                }
                return;
            }
            mapping.repaired += rewritten.keys() - rewritten.refused().size();
            mapping.owed = new ArrayList<>(mapping.owed.subList(rewritten.keys(), mapping.owed.size()));
            metrics.repaired(rewritten.keys() - rewritten.refused().size());
            store.save(run, mapping);
        }

        private void conclude(MappingProgress mapping, MappingCheck check) throws SQLException {
            mapping.conclude();
            finished(mapping);
            if (mapping.result == Result.IDENTICAL) {
                check.noteVerified(mapping.sequenceId);
            }
        }

        private void finish(MappingProgress mapping, Result result, String reason) {
            mapping.finish(result, reason);
            finished(mapping);
        }

        private void finished(MappingProgress mapping) {
            store.save(run, mapping);
            metrics.finished(mapping.result);
            if (mapping.differences() > 0 || mapping.result == Result.COPIED_AGAIN) {
                LOG.warnf(
                        "A target is not what it should be tenancy=%s target=%s mapping=%s result=%s missing=%d extra=%d different=%d repaired=%d",
                        run.tenancyId(),
                        run.database(),
                        mapping.mappingId,
                        mapping.result.text(),
                        mapping.missing,
                        mapping.extra,
                        mapping.different,
                        mapping.repaired);
            }
        }
    }
}
