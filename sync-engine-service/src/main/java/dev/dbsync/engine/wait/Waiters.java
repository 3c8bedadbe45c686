package dev.dbsync.engine.wait;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.internaldb.InternalDbException;
import dev.dbsync.engine.wait.Facts.Applied;
import dev.dbsync.engine.wait.Facts.Log;
import dev.dbsync.engine.wait.Waiter.Stage;
import dev.dbsync.engine.wait.Waiter.Verdict;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Everybody who waits. A waiter is an entry here, not a thread; one loop asks the internal database for all that are due, in two
 * statements, and rests while there are none. Each is asked for often at first and then less and less. Thread-safe.
 */
@ApplicationScoped
class Waiters {

    private static final Logger LOG = Logger.getLogger(Waiters.class);

    static final int MOST = 1000;
    private static final int PER_ROUND = 200;
    private static final long FIRST_PAUSE = Duration.ofMillis(10).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofMillis(250).toNanos();
    private static final long AFTER_A_FAILURE = Duration.ofMillis(500).toNanos();

    private final WaitStore store;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "waiters");
        thread.setDaemon(true);
        return thread;
    });

    /** Guarded by itself. */
    private final List<Entry> entries = new ArrayList<>();

    private boolean scheduled;

    Waiters(WaitStore store) {
        this.store = store;
    }

    private static final class Entry {
        private final Waiter waiter;
        private final CompletableFuture<WaitView> answer = new CompletableFuture<>();
        private final long since = System.nanoTime();
        private final long timeout;
        private long pause = FIRST_PAUSE;
        private long next = since;

        /** Null while there is none. Only the loop's. */
        private Verdict verdict;

        private Entry(Waiter waiter, Duration timeout) {
            this.waiter = waiter;
            this.timeout = timeout.toNanos();
        }

        private void answer(Verdict verdict) {
            long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
            answer.complete(new WaitView(true, verdict.reached(), verdict.reason(), waited, verdict.mappings()));
        }
    }

    @PreDestroy
    void stop() {
        loop.shutdownNow();
        synchronized (entries) {
            entries.forEach(entry -> entry.answer(entry.waiter.timedOut()));
            entries.clear();
        }
    }

    /**
     * Completes when the transaction's changes are in the database, when that is known not to come about, or after the time-out.
     *
     * @throws ApiException 429 if too many are waiting
     */
    CompletionStage<WaitView> join(UUID tenancy, String database, SyncToken token, Duration timeout) {
        var entry = new Entry(new Waiter(tenancy, database, token), timeout);
        synchronized (entries) {
            if (entries.size() >= MOST) {
                throw ApiException.busy(
                        "TOO_MANY_WAITERS",
                        "So many are waiting that nobody more may; try again",
                        Duration.ofSeconds(1));
            }
            entries.add(entry);
            schedule(0);
        }
        return entry.answer;
    }

    /** How many are waiting. */
    int waiting() {
        synchronized (entries) {
            return entries.size();
        }
    }

    /** To be called with the lock. */
    private void schedule(long nanos) {
        if (!scheduled && !loop.isShutdown()) {
            scheduled = true;
            loop.schedule(this::tick, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void tick() {
        synchronized (entries) {
            scheduled = false;
        }
        try {
            runOnce();
        } finally {
            synchronized (entries) {
                if (!entries.isEmpty()) {
                    long soonest = entries.stream()
                            .mapToLong(entry -> entry.next)
                            .min()
                            .orElseThrow();
                    schedule(Math.max(TimeUnit.MILLISECONDS.toNanos(2), soonest - System.nanoTime()));
                }
            }
        }
    }

    /** One round over those that are due. */
    private void runOnce() {
        long now = System.nanoTime();
        List<Entry> due;
        synchronized (entries) {
            due = entries.stream()
                    .filter(entry -> entry.next - now <= 0)
                    .limit(PER_ROUND)
                    .toList();
        }
        if (due.isEmpty()) {
            return;
        }
        boolean failed = false;
        try {
            look(due);
        } catch (InternalDbException e) {
            LOG.debug("The internal database does not answer; those who wait are asked for again", e);
            failed = true;
        } catch (RuntimeException e) {
            LOG.error("A round over those who wait failed; they are asked for again", e);
            failed = true;
        }
        for (Entry entry : due) {
            long end = entry.since + entry.timeout;
            if (entry.verdict == null && System.nanoTime() - end >= 0) {
                entry.verdict = entry.waiter.timedOut();
            }
            entry.pause = Math.min(entry.pause + entry.pause / 2, LONGEST_PAUSE);
            long next = System.nanoTime() + (failed ? AFTER_A_FAILURE : entry.pause);
            entry.next = next - end > 0 ? end : next;
        }
        // Places are given back before anybody hears of it: who is answered and asks again at once must find room.
        synchronized (entries) {
            entries.removeIf(entry -> entry.verdict != null);
        }
        due.stream().filter(entry -> entry.verdict != null).forEach(entry -> entry.answer(entry.verdict));
    }

    private void look(List<Entry> due) {
        List<Entry> early = due.stream()
                .filter(entry -> entry.waiter.stage() != Stage.APPLYING)
                .toList();
        if (!early.isEmpty()) {
            Map<Integer, Log> facts = store.log(waiters(early));
            for (int i = 0; i < early.size(); i++) {
                Entry entry = early.get(i);
                decide(entry, entry.waiter.see(facts.get(i)));
                if (entry.waiter.stage() == Stage.SEQUENCED) {
                    entry.waiter.need(store.needed(entry.waiter.tenancy()));
                }
            }
        }
        List<Entry> late = due.stream()
                .filter(entry -> entry.waiter.stage() == Stage.APPLYING && entry.verdict == null)
                .toList();
        if (!late.isEmpty()) {
            Map<Integer, Applied> facts = store.applied(waiters(late));
            for (int i = 0; i < late.size(); i++) {
                decide(late.get(i), late.get(i).waiter.see(facts.get(i)));
            }
        }
    }

    private static List<Waiter> waiters(List<Entry> entries) {
        return entries.stream().map(entry -> entry.waiter).toList();
    }

    private static void decide(Entry entry, Optional<Verdict> verdict) {
        verdict.ifPresent(found -> entry.verdict = found);
    }
}
