package dev.dbsync.scenarios.convergence;

import dev.dbsync.harness.FaultProxy;
import dev.dbsync.harness.FaultProxy.Mode;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.scenarios.convergence.Fault.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Lets a history's faults begin and end at their times, one action at a time. What is left of them then is for
 * {@link Cluster#healAll} and {@link Operator#healAll}. Used by one thread.
 */
final class FaultDriver {

    private final Cluster cluster;
    private final Operator operator;
    private final Statistics statistics;

    FaultDriver(Cluster cluster, Operator operator, Statistics statistics) {
        this.cluster = cluster;
        this.operator = operator;
        this.statistics = statistics;
    }

    /** The beginning or the end of a fault. */
    private record Moment(int atMillis, Runnable action) {}

    /** Returns when the last one has ended. */
    void play(List<Fault> faults) {
        var moments = new ArrayList<Moment>();
        for (Fault fault : faults) {
            moments.add(new Moment(fault.atMillis(), () -> begin(fault)));
            moments.add(new Moment(fault.endsAtMillis(), () -> end(fault)));
        }
        moments.sort(Comparator.comparingInt(Moment::atMillis));
        long start = System.nanoTime();
        for (Moment moment : moments) {
            passUntil(start, moment.atMillis());
            moment.action().run();
        }
    }

    private void begin(Fault fault) {
        if (fault.kind() == Kind.CLOCK && !Clocks.canBeOff()) {
            return;
        }
        statistics.fault(fault.name());
        FaultProxy internal = cluster.servers().toInternal();
        FaultProxy targets = cluster.servers().toTargets();
        switch (fault.kind()) {
            case KILL -> cluster.first(fault.service()).kill();
            case RESTART -> cluster.first(fault.service()).terminate();
            case STALL -> cluster.first(fault.service()).pause();
            case CLOCK -> {
                cluster.first(fault.service()).kill();
                cluster.first(fault.service()).start(fault.amount());
            }
            case REPLICA -> cluster.second(fault.service()).start();
            case FUSE -> operator.fuse(fault.service(), false);
            case INTERNAL_CRASH -> cluster.servers().internal().killHard();
            case INTERNAL_CUT -> internal.cutAfter(fault.amount());
            case INTERNAL_HANG -> internal.set(Mode.HANG);
            case INTERNAL_SLOW -> internal.set(Mode.SLOW);
            case INTERNAL_SESSIONS -> endSessions(cluster.servers().internal());
            case TARGET_CRASH -> cluster.servers().targets().killHard();
            case TARGET_REFUSE -> targets.set(Mode.REFUSE);
            case TARGET_HANG -> targets.set(Mode.HANG);
            case TARGET_CUT -> targets.cutAfter(fault.amount());
            case TARGET_SLOW -> targets.set(Mode.SLOW);
            case TARGET_SESSIONS -> endSessions(cluster.servers().targets());
            case DELIVERY_TWICE, DELIVERY_LATE, DELIVERY_REORDER, DELIVERY_ANSWER_LOST, DELIVERY_LOST ->
                cluster.deliveries().set(fault.kind());
            case PAUSE -> operator.pause(fault.amount());
            case CONNECT_LATE -> operator.connect(fault.amount());
        }
    }

    private void end(Fault fault) {
        switch (fault.kind()) {
            case KILL, RESTART -> cluster.first(fault.service()).start();
            case STALL -> cluster.first(fault.service()).resume();
            case CLOCK -> {
                if (cluster.first(fault.service()).clockIsOff()) {
                    cluster.first(fault.service()).kill();
                    cluster.first(fault.service()).start();
                }
            }
            case REPLICA -> cluster.second(fault.service()).kill();
            case FUSE -> operator.fuse(fault.service(), true);
            case INTERNAL_CRASH -> cluster.servers().internal().restart();
            case INTERNAL_CUT, INTERNAL_HANG, INTERNAL_SLOW ->
                cluster.servers().toInternal().heal();
            case TARGET_CRASH -> cluster.servers().targets().restart();
            case TARGET_REFUSE, TARGET_HANG, TARGET_CUT, TARGET_SLOW ->
                cluster.servers().toTargets().heal();
            case DELIVERY_TWICE, DELIVERY_LATE, DELIVERY_REORDER, DELIVERY_ANSWER_LOST, DELIVERY_LOST ->
                cluster.deliveries().set(null);
            case PAUSE -> operator.resume(fault.amount());
            case INTERNAL_SESSIONS, TARGET_SESSIONS, CONNECT_LATE -> {}
        }
    }

    private static void endSessions(PostgresServer server) {
        try {
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE backend_type = 'client backend' AND application_name <> 'dbsync-harness'");
        } catch (IllegalStateException e) {
            // The server is down just now, and so are the sessions.
        }
    }

    private static void passUntil(long start, int millis) {
        long left = millis - (System.nanoTime() - start) / 1_000_000;
        if (left > 0) {
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, left, TimeUnit.MILLISECONDS)
                    .join();
        }
    }
}
