package dev.dbsync.model;

import dev.dbsync.model.Schedule.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tries one seed after the other until a promise is broken or the budget is spent. The same seeds are always the same steps. */
final class Explorer {

    /**
     * What was found.
     *
     * @param schedules how many it took
     */
    record Found(long schedules, long steps, Optional<Counterexample> counterexample) {}

    /** The shortest way to a broken promise. */
    record Counterexample(Schedule schedule, String broken, List<String> trace) {

        @Override
        public String toString() {
            var text = new StringBuilder(
                    "Seed " + schedule.seed() + ", " + schedule.steps().length + " steps before the rest:\n");
            for (int i = 0; i < Math.min(trace.size(), LINES); i++) {
                text.append("%4d  %s%n".formatted(i + 1, trace.get(i)));
            }
            return text.append("BROKEN  ").append(broken).toString();
        }
    }

    private static final int LINES = 400;

    private Explorer() {}

    static Found explore(Rules rules, long firstSeed, long schedules) {
        long steps = 0;
        for (long i = 0; i < schedules; i++) {
            Outcome outcome = Schedule.explore(firstSeed + i, rules);
            steps += outcome.steps();
            if (outcome.violation().isPresent()) {
                return new Found(i + 1, steps, Optional.of(counterexample(outcome.schedule(), rules)));
            }
        }
        return new Found(schedules, steps, Optional.empty());
    }

    static Counterexample counterexample(Schedule found, Rules rules) {
        Schedule shortest = Shrinker.shrink(found, rules);
        var trace = new ArrayList<String>();
        Violation violation = shortest.replay(rules, trace).orElseThrow();
        return new Counterexample(shortest, violation.getMessage(), trace);
    }
}
