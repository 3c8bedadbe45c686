package dev.dbsync.sequencer.sequence;

import dev.dbsync.common.trace.Traces;
import dev.dbsync.sequencer.expand.Expanded;
import dev.dbsync.sequencer.expand.Expander;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Runs tick after tick: at once while there is more, else after the interval or when it is woken, and every second of its own
 * accord if a timer was ever lost.
 *
 * <pre>
 *   stopped ──start──▶ pausing ──timer or wake──▶ running ──▶ pausing …       any ──shutdown──▶ stopped, lease released
 * </pre>
 *
 * What wakes it while it is running, or has only just run, is one more tick together. A standby is not woken, and nobody while
 * ticks fail.
 *
 * A failure is reported once, when it begins and when it ends; meanwhile it is tried again every second. Thread-safe.
 */
@ApplicationScoped
public class SequencerLoop {

    private static final Logger LOG = Logger.getLogger(SequencerLoop.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    /** From the begin of one tick to the begin of one that was woken: many small commits share a pass. */
    private static final Duration BETWEEN_WAKES = Duration.ofMillis(4);

    private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(3);

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final SequencerConfig config;
    private final Clock clock;
    private final Expander expander;
    private final Traces traces;
    private final SequencingSession session;
    private final Counter rows;
    private final Timer passes;

    private final ReentrantLock one = new ReentrantLock(true);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean started;
    private boolean expansionsWait = true;
    private volatile boolean degraded;
    private volatile boolean standsBy;
    private volatile boolean woken;
    private volatile long timer = NO_TIMER;
    private volatile long lastTickNanos;
    private Instant lastFullSweep = Instant.MIN;

    SequencerLoop(
            Vertx vertx,
            SequencerConfig config,
            InternalDbConfig database,
            Clock clock,
            Expander expander,
            Traces traces,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.config = config;
        this.clock = clock;
        this.expander = expander;
        this.traces = traces;
        Duration silence = config.interval().plus(config.statementTimeout()).multipliedBy(2);
        this.session = new SequencingSession(
                vertx,
                InternalDbAddress.options(database, config.statementTimeout(), silence),
                config,
                UUID.randomUUID());
        this.rows = Counter.builder("dbsync.sequencer.rows")
                .description("Log entries that were given a sequence id")
                .register(metrics);
        this.passes = Timer.builder("dbsync.sequencer.pass")
                .description("Sequencing passes and how long they take")
                .publishPercentiles(0.5, 0.99)
                .register(metrics);
    }

    /** Begins to tick. To be called once the internal schema is there. */
    public void start() {
        started = true;
        schedule(Duration.ZERO);
    }

    /** There may be something to sequence. Returns at once. */
    void wake() {
        if (started && !standsBy && !degraded) {
            woken = true;
            runInsteadOfPausing();
        }
    }

    /** Whether {@link #start} was called and the process is not ending. */
    boolean started() {
        return started;
    }

    /**
     * One tick, now. Waits for a tick that another thread is running.
     *
     * @throws RuntimeException if the internal database refused or cannot be reached
     */
    Tick runOnce() {
        one.lock();
        try {
            Expanded expanded = expansionsWait ? expander.runOnce() : Expanded.NOTHING;
            boolean fullSweep = !clock.instant().isBefore(plusSweep(lastFullSweep));
            Pass pass = passes.record(() -> pass(fullSweep));
            if (fullSweep) {
                lastFullSweep = clock.instant();
            }
            boolean expansionsNew = pass.expansions() && !expansionsWait;
            expansionsWait = pass.expansions();
            rows.increment(pass.sequenced());
            standsBy = pass.outcome() == Pass.Outcome.STANDBY;
            return new Tick(expanded, pass, expansionsNew);
        } finally {
            one.unlock();
        }
    }

    /** What enqueued nobody is no change's way, so its span is dropped. */
    private Pass pass(boolean fullSweep) {
        Span span = traces.begin("sequence");
        Pass pass = session.pass(fullSweep, Traces.traceparent(span));
        if (pass.enqueued() > 0) {
            span.setAttribute("dbsync.entries", pass.sequenced())
                    .setAttribute("dbsync.tenancies", pass.enqueued())
                    .end();
        }
        return pass;
    }

    /** Whether anything waits for the leader, be it this replica or another. */
    boolean workIsPending() {
        one.lock();
        try {
            return session.workIsPending();
        } finally {
            one.unlock();
        }
    }

    /** A lost timer, for whatever reason, costs a second and not the service. */
    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void watchdog() {
        if (started && !scheduled.get()) {
            schedule(Duration.ZERO);
        }
    }

    /** Before the pools close. */
    void stop(@Observes @Priority(1) ShutdownEvent event) {
        started = false;
        try {
            if (one.tryLock(SHUTDOWN_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    session.release();
                } finally {
                    one.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.infof("Could not release the sequencing lease, a standby waits until it runs out error=%s", message(e));
        }
    }

    private Instant plusSweep(Instant last) {
        return last.equals(Instant.MIN) ? last : last.plus(config.fullSweepInterval());
    }

    /** At most one timer or tick at a time: whoever sets the flag owns the loop until the tick it leads to has ended. */
    private void schedule(Duration pause) {
        if (started && scheduled.compareAndSet(false, true)) {
            if (pause.isZero()) {
                run();
            } else {
                pause(pause);
            }
        }
    }

    private void pause(Duration pause) {
        timer = vertx.setTimer(Math.max(1, pause.toMillis()), id -> run());
        if (woken) {
            runInsteadOfPausing();
        }
    }

    /** Cancelling succeeds once per timer, so either this or the timer leads to the tick. */
    private void runInsteadOfPausing() {
        long pausing = timer;
        if (pausing != NO_TIMER && vertx.cancelTimer(pausing)) {
            woken = false;
            Duration sinceLast = Duration.ofNanos(System.nanoTime() - lastTickNanos);
            Duration rest = BETWEEN_WAKES.minus(sinceLast);
            if (rest.toMillis() > 0) {
                pause(rest);
            } else {
                run();
            }
        }
    }

    private void run() {
        lastTickNanos = System.nanoTime();
        woken = false;
        vertx.getDelegate().executeBlocking(this::tick, false).onComplete(pause -> {
            scheduled.set(false);
            schedule(pause.succeeded() ? pause.result() : PAUSE_AFTER_FAILURE);
        });
    }

    /** @return how long to pause after it */
    private Duration tick() {
        if (!started) {
            return config.interval();
        }
        try {
            Tick tick = runOnce();
            if (degraded) {
                degraded = false;
                LOG.info("Sequencing works again");
            }
            return tick.more() ? Duration.ZERO : config.interval();
        } catch (RuntimeException e) {
            if (!degraded && started) {
                degraded = true;
                LOG.warnf("Sequencing failed; tried again every second error=%s", message(e));
            }
            return PAUSE_AFTER_FAILURE;
        }
    }

    private static String message(RuntimeException e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
