package dev.dbsync.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One order of steps in one world. The seed gives the world and, unless they are given, the steps.
 *
 * @param steps actor and {@link Choice} in one number each; a step that cannot be taken is passed over
 */
record Schedule(long seed, int[] steps) {

    private static final int TRIES = 40;

    /** How it went. */
    record Outcome(Schedule schedule, Optional<Violation> violation, long steps) {}

    /** Explores the schedule of a seed. */
    static Outcome explore(long seed, Rules rules) {
        var random = new SplittableRandom(seed);
        Scenario scenario = Scenario.drawn(random, rules);
        var world = new World(scenario, rules, null);
        int[] weights = scenario.weights();
        int sum = Arrays.stream(weights).sum();
        int[] taken = new int[scenario.steps()];
        int length = 0;
        try {
            int actor = 0;
            boolean again = false;
            for (int tries = 0; length < taken.length && tries < TRIES; tries++) {
                actor = again ? actor : actor(weights, random.nextInt(sum));
                int choice = random.nextInt(1 << Choice.BITS);
                taken[length] = actor << Choice.BITS | choice;
                length++;
                if (world.step(actor, choice)) {
                    tries = 0;
                    again = random.nextInt(scenario.burst()) > 0;
                } else {
                    length--;
                    again = false;
                }
            }
            world.rest();
            return new Outcome(null, Optional.empty(), world.steps());
        } catch (Violation violation) {
            return new Outcome(
                    new Schedule(seed, Arrays.copyOf(taken, length)), rules.lookedFor(violation), world.steps());
        }
    }

    private static int actor(int[] weights, int at) {
        int actor = 0;
        int rest = at;
        while (rest >= weights[actor]) {
            rest -= weights[actor++];
        }
        return actor;
    }

    /** Takes the same steps again. */
    Optional<Violation> replay(Rules rules, List<String> trace) {
        Scenario scenario = Scenario.drawn(new SplittableRandom(seed), rules);
        var world = new World(scenario, rules, trace);
        try {
            for (int step : steps) {
                world.step(step >>> Choice.BITS, step & (1 << Choice.BITS) - 1);
            }
            world.rest();
            return Optional.empty();
        } catch (Violation violation) {
            return rules.lookedFor(violation);
        }
    }

    Schedule withSteps(int[] others) {
        return new Schedule(seed, others);
    }

    /** Without some of the steps. */
    Schedule without(int from, int to) {
        var left = new ArrayList<Integer>();
        for (int i = 0; i < steps.length; i++) {
            if (i < from || i >= to) {
                left.add(steps[i]);
            }
        }
        return withSteps(left.stream().mapToInt(Integer::intValue).toArray());
    }
}
