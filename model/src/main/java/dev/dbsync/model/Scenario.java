package dev.dbsync.model;

import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * How large a world is, what may go wrong in it and how often each of its actors gets a turn. Drawn anew for every schedule:
 * small worlds of very different kinds find more than one of every kind.
 */
record Scenario(
        int keys,
        int targetKeys,
        int tenancies,
        int destinations,
        int applications,
        int sequencers,
        int pollers,
        int calls,
        int processes,
        int pageRows,
        int pageKeys,
        int batch,
        int steps,
        int burst,
        int crashRate,
        int initialRows,
        int following,
        int[] weights,
        Set<Fault> faults) {

    private static final int[] WEIGHTS = {1, 2, 4, 8, 16};

    private static final int[] SELDOM = {0, 1, 4};

    /** How many steps an actor takes in a row, on average. */
    private static final int[] BURSTS = {1, 2, 4, 8, 16};

    boolean has(Fault fault) {
        return faults.contains(fault);
    }

    /** Whether a destination is there from the beginning, with its first copy behind it. */
    boolean isFollowing(int destination) {
        return (following >> destination & 1) == 1;
    }

    /** Which tenancy a destination belongs to. */
    int tenancyOf(int destination) {
        return destination % tenancies;
    }

    static Scenario drawn(SplittableRandom random, Rules rules) {
        Scenario drawn = rules.narrow() ? narrow(random, rules.faults()) : wide(random, rules.faults());
        return rules.mends() ? drawn.mending(random) : drawn;
    }

    /** With a turn for whoever verifies, behind the engine runs, and for who asks for it, behind everybody. */
    private Scenario mending(SplittableRandom random) {
        int outside = 3;
        var more = new int[weights.length + 2];
        System.arraycopy(weights, 0, more, 0, weights.length - outside);
        more[weights.length - outside] = WEIGHTS[random.nextInt(WEIGHTS.length)];
        System.arraycopy(weights, weights.length - outside, more, weights.length - outside + 1, outside);
        more[weights.length + 1] = WEIGHTS[random.nextInt(3)];
        return new Scenario(
                keys,
                targetKeys,
                tenancies,
                destinations,
                applications,
                sequencers,
                pollers,
                calls,
                processes,
                pageRows,
                pageKeys,
                batch,
                steps,
                burst,
                crashRate,
                initialRows,
                following,
                more,
                faults);
    }

    /** One key and one database of one tenancy, which is new or not; one or two engine runs, and an application that may do nothing at all. */
    private static Scenario narrow(SplittableRandom random, Set<Fault> faults) {
        int calls = 1 + random.nextInt(2);
        var weights = new int[calls + 7];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = WEIGHTS[random.nextInt(3)];
        }
        weights[0] = SELDOM[random.nextInt(SELDOM.length)];
        weights[1] = SELDOM[random.nextInt(SELDOM.length)];
        return new Scenario(
                1,
                1,
                1,
                1,
                2,
                1,
                1,
                calls,
                calls,
                1,
                Integer.MAX_VALUE,
                2,
                20 + random.nextInt(60),
                BURSTS[random.nextInt(BURSTS.length)],
                faults.contains(Fault.CRASH) ? 2 + random.nextInt(24) : 0,
                random.nextInt(2),
                random.nextInt(2),
                weights,
                faults);
    }

    private static Scenario wide(SplittableRandom random, Set<Fault> allowed) {
        var faults = EnumSet.noneOf(Fault.class);
        for (Fault fault : Fault.values()) {
            if (random.nextInt(3) == 0 && allowed.contains(fault)) {
                faults.add(fault);
            }
        }
        int tenancies = 1 + random.nextInt(2);
        int destinations = tenancies + (random.nextInt(4) == 0 ? 1 : 0);
        int applications = 1 + random.nextInt(2);
        int sequencers = 1 + random.nextInt(2);
        int pollers = 1 + random.nextInt(2);
        int calls = 1 + random.nextInt(3);
        var weights = new int[applications + sequencers + pollers + calls + 3];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = WEIGHTS[random.nextInt(WEIGHTS.length)];
        }
        for (int i = weights.length - 3; i < weights.length; i++) {
            weights[i] = WEIGHTS[random.nextInt(3)];
        }
        int keys = 1 + random.nextInt(3);
        return new Scenario(
                keys,
                1 + random.nextInt(3),
                tenancies,
                destinations,
                applications,
                sequencers,
                pollers,
                calls,
                1 + random.nextInt(2),
                1 + random.nextInt(2),
                random.nextInt(3) == 0 ? 1 : Integer.MAX_VALUE,
                1 + random.nextInt(3),
                30 + random.nextInt(120),
                BURSTS[random.nextInt(BURSTS.length)],
                faults.contains(Fault.CRASH) ? 2 + random.nextInt(24) : 0,
                random.nextInt(keys + 1),
                random.nextInt(4) == 0 ? random.nextInt(8) : 7,
                weights,
                faults);
    }
}
