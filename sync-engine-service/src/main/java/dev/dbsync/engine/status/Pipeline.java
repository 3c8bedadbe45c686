package dev.dbsync.engine.status;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.internaldb.InternalDbException;
import dev.dbsync.engine.status.PipelineView.Point;
import dev.dbsync.engine.status.PipelineView.Poller;
import dev.dbsync.engine.status.PipelineView.Sequencer;
import dev.dbsync.engine.status.PipelineView.SyncEngine;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Samples the pipeline's counters every few seconds and keeps the recent past in memory, for charts. The counters are the
 * internal database's and so are the times, so every replica shows the same but for the moments it sampled at. While nobody
 * looks it samples less often. Thread-safe.
 */
@ApplicationScoped
@Startup
public class Pipeline {

    private static final Sql PIPELINE = Sql.resource(Pipeline.class, "pipeline.sql");
    private static final Logger LOG = Logger.getLogger(Pipeline.class);

    static final Duration EVERY = Duration.ofSeconds(5);
    private static final int UNWATCHED_EVERY = 6;
    private static final long WATCHED_NANOS = Duration.ofMinutes(5).toNanos();

    /** A page that asks every second does not cost a sample every second. */
    private static final long FRESH_NANOS = Duration.ofMillis(900).toNanos();

    /** What a rate of the present is taken over. */
    private static final long WINDOW_MILLIS = 10_000;

    private static final int MOST_POINTS = 240;

    private final InternalDb internalDb;
    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "pipeline-sampler");
        thread.setDaemon(true);
        return thread;
    });

    private final Deque<PipelineSample> kept = new ArrayDeque<>();
    private PipelineSample newest;
    private long newestNanos;
    private long watchedNanos = System.nanoTime() - WATCHED_NANOS;
    private int ticks;

    Pipeline(InternalDb internalDb) {
        this.internalDb = internalDb;
    }

    @PostConstruct
    void start() {
        sampler.scheduleWithFixedDelay(this::tick, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        sampler.shutdownNow();
    }

    private void tick() {
        try {
            if (isDue()) {
                runOnce();
            }
        } catch (InternalDbException e) {
            LOG.debug("No sample: the internal database does not answer", e);
        } catch (RuntimeException e) {
            LOG.warn("Sampling the pipeline failed and is tried again", e);
        }
    }

    private synchronized boolean isDue() {
        boolean watched = System.nanoTime() - watchedNanos < WATCHED_NANOS;
        return watched || ticks++ % UNWATCHED_EVERY == 0;
    }

    /** Takes a sample and keeps it. */
    PipelineSample runOnce() {
        PipelineSample sample = read();
        synchronized (this) {
            if (kept.isEmpty() || kept.getLast().atMillis() < sample.atMillis()) {
                kept.addLast(sample);
            }
            while (kept.size() > MOST_POINTS) {
                kept.removeFirst();
            }
            remember(sample);
        }
        return sample;
    }

    /** The present and the recent past. */
    public PipelineView view() {
        synchronized (this) {
            watchedNanos = System.nanoTime();
            if (newest != null && System.nanoTime() - newestNanos < FRESH_NANOS) {
                return view(newest);
            }
        }
        PipelineSample sample = read();
        synchronized (this) {
            remember(sample);
            return view(sample);
        }
    }

    private PipelineSample read() {
        return internalDb
                .queryOne(PIPELINE, Map.of("bound", Counts.BOUND), PipelineSample::of)
                .orElseThrow();
    }

    private void remember(PipelineSample sample) {
        newest = sample;
        newestNanos = System.nanoTime();
    }

    private PipelineView view(PipelineSample now) {
        PipelineSample before = before(now);
        return new PipelineView(
                true,
                now.atMillis(),
                new Sequencer(
                        Counts.bounded(now.pending()),
                        Long.toString(now.sequencedTotal()),
                        now.sequencedPerSecond(before)),
                new Poller(
                        Counts.bounded(now.requestsPending()),
                        Counts.bounded(now.inFlight()),
                        Counts.bounded(now.stale()),
                        Counts.bounded(now.retrying()),
                        Long.toString(now.deliveredTotal()),
                        now.deliveredPerSecond(before)),
                new SyncEngine(Long.toString(now.appliedTotal()), now.appliedPerSecond(before)),
                history());
    }

    /** The newest sample that is a window old, or the oldest there is. */
    private PipelineSample before(PipelineSample now) {
        PipelineSample before = null;
        for (PipelineSample sample : kept) {
            if (before == null || sample.atMillis() <= now.atMillis() - WINDOW_MILLIS) {
                before = sample;
            }
        }
        return before == null || before.atMillis() >= now.atMillis() ? null : before;
    }

    private List<Point> history() {
        var points = new ArrayList<Point>();
        PipelineSample before = null;
        for (PipelineSample sample : kept) {
            points.add(sample.point(before));
            before = sample;
        }
        return points;
    }
}
