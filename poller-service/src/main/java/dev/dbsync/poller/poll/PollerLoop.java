package dev.dbsync.poller.poll;

import dev.dbsync.poller.Degradation;
import dev.dbsync.poller.PollerMetrics;
import dev.dbsync.poller.SchemaGate;
import dev.dbsync.poller.claim.Claim;
import dev.dbsync.poller.claim.ClaimConfig;
import dev.dbsync.poller.claim.ClaimStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Claims requests and has them delivered.
 *
 * <p>A claim runs when {@link #wake} is called, when a slot becomes free, and on every tick of a timer that sets itself again
 * after each; never two at once. While notifications are heard and no delivery was put off a moment ago, nothing is found by the
 * timer that did not wake the loop, so it waits a second, as it does while claiming fails. A watchdog restarts it should it ever stop.
 */
@ApplicationScoped
public class PollerLoop {

    private static final Logger LOG = Logger.getLogger(PollerLoop.class);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration WHILE_HEARING = Duration.ofSeconds(1);
    private static final Duration STUCK = Duration.ofSeconds(30);
    private static final Duration LAST_STATEMENT = Duration.ofSeconds(1);

    private final SchemaGate schema;
    private final ClaimStore claims;
    private final Deliveries deliveries;
    private final PollerMetrics metrics;
    private final ClaimConfig claimConfig;
    private final PollConfig pollConfig;
    private final Vertx vertx;

    private final Degradation degradation = new Degradation(LOG, "Claiming requests");
    private final SingleFlight<Round> rounds = new SingleFlight<>(this::runOnce);
    private volatile boolean stopping;
    private volatile boolean hearing;
    private volatile long lastTickNanos = System.nanoTime();
    private volatile long claimedAtNanos = System.nanoTime();
    private volatile long workedAtNanos = System.nanoTime();
    private volatile long timer = -1;

    PollerLoop(
            SchemaGate schema,
            ClaimStore claims,
            Deliveries deliveries,
            PollerMetrics metrics,
            ClaimConfig claimConfig,
            PollConfig pollConfig,
            Vertx vertx) {
        this.schema = schema;
        this.claims = claims;
        this.deliveries = deliveries;
        this.metrics = metrics;
        this.claimConfig = claimConfig;
        this.pollConfig = pollConfig;
        this.vertx = vertx;
    }

    void start(@Observes StartupEvent event) {
        tick();
    }

    /** There may be something to claim. Returns at once. */
    public void wake() {
        rounds.run().subscribe().with(round -> {}, failure -> {});
    }

    /** Whether whatever is enqueued wakes this loop from now on. Looks at once for what was enqueued before it did. */
    void hearing(boolean hearing) {
        this.hearing = hearing;
        if (!stopping && vertx.cancelTimer(timer)) {
            tick();
        } else {
            wake();
        }
    }

    /** Claims once, as much as there are free slots for, and begins the deliveries. Must not overlap: see {@link SingleFlight}. */
    Uni<Round> runOnce() {
        int room = Math.min(claimConfig.claimLimit(), deliveries.free());
        if (stopping || room == 0) {
            claimedAtNanos = System.nanoTime();
            workedAtNanos = claimedAtNanos;
            return Uni.createFrom().item(stopping ? Round.STOPPING : Round.NO_ROOM);
        }
        return degradation
                .watch(schema.open()
                        .flatMap(open -> open
                                ? claims.claim(room, claimConfig.lease())
                                : Uni.createFrom().item(List.<Claim>of())))
                .map(claimed -> begin(claimed, room));
    }

    /** For how long no claim has succeeded. With no room for one, deliveries are under way, which will do. */
    public Duration sinceLastClaim() {
        return Duration.ofNanos(System.nanoTime() - claimedAtNanos);
    }

    /** For how long no claim has found anything while there was room for it. */
    public Duration sinceLastWork() {
        return Duration.ofNanos(System.nanoTime() - workedAtNanos);
    }

    /**
     * Claims and delivers until nothing is left to claim and nothing is in flight here, or the time is over.
     *
     * @return how many requests this replica has delivered meanwhile
     */
    Uni<Long> drain(Duration atMost) {
        long before = deliveries.delivered();
        return Multi.createBy()
                .repeating()
                .uni(this::drainOnce)
                .whilst(more -> more)
                .collect()
                .last()
                .replaceWith(true)
                .ifNoItem()
                .after(atMost)
                .recoverWithItem(true)
                .map(over -> deliveries.delivered() - before);
    }

    private Uni<Boolean> drainOnce() {
        Uni<Void> nextEnd = deliveries.nextEnd();
        return rounds.run().flatMap(round -> {
            if (deliveries.idle()) {
                return Uni.createFrom().item(!round.exhausted());
            }
            return nextEnd.replaceWith(true);
        });
    }

    private Round begin(List<Claim> claimed, int room) {
        claimedAtNanos = System.nanoTime();
        if (!claimed.isEmpty()) {
            workedAtNanos = claimedAtNanos;
        }
        Round round = Round.of(claimed, room);
        if (round.takenBack() > 0) {
            metrics.reclaimed(round.takenBack());
        }
        claimed.forEach(claim -> deliveries.begin(claim, this::wake));
        return round;
    }

    private void tick() {
        lastTickNanos = System.nanoTime();
        rounds.run().subscribe().with(round -> tickAfter(pause()), failure -> tickAfter(AFTER_FAILURE));
    }

    private Duration pause() {
        Duration interval = pollConfig.interval();
        boolean seldom = hearing && !deliveries.retriesSoon() && interval.compareTo(WHILE_HEARING) < 0;
        return seldom ? WHILE_HEARING : interval;
    }

    private void tickAfter(Duration pause) {
        if (!stopping) {
            timer = vertx.setTimer(Math.max(1, pause.toMillis()), id -> tick());
        }
    }

    @Scheduled(every = "1s")
    void watchdog() {
        Duration silence = Duration.ofNanos(System.nanoTime() - lastTickNanos);
        if (!stopping && silence.compareTo(STUCK.plus(pollConfig.interval()).plus(WHILE_HEARING)) > 0) {
            LOG.errorf("The poller's timer has stopped and is started again silentMillis=%d", silence.toMillis());
            vertx.cancelTimer(timer);
            tick();
        }
    }

    /** Within the ten seconds a service has to stop: claims no more, waits for deliveries, releases what is left. */
    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        vertx.cancelTimer(timer);
        drain(pollConfig.stopGrace())
                .onFailure()
                .recoverWithNull()
                .await()
                .atMost(pollConfig.stopGrace().plus(LAST_STATEMENT));
        List<Claim> left = deliveries.close();
        if (!left.isEmpty()) {
            int released = claims.release(left)
                    .ifNoItem()
                    .after(LAST_STATEMENT)
                    .fail()
                    .onFailure()
                    .recoverWithItem(0)
                    .await()
                    .indefinitely();
            LOG.infof(
                    "Stopped with deliveries in flight; any poller may take them now inFlight=%d released=%d",
                    left.size(), released);
        }
    }
}
