package dev.dbsync.model;

import dev.dbsync.model.Explorer.Found;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** {@code model/run [schedules] [first seed]}: explores the shipped protocol, or what its options make of it, for as long as one likes. */
final class Model {

    private static final long SCHEDULES = 1_000_000;
    private static final long REPORT_EVERY = 100_000;

    private Model() {}

    public static void main(String[] arguments) {
        long schedules = arguments.length > 0 ? Long.parseLong(arguments[0]) : SCHEDULES;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        Rules rules = rules();
        long began = System.nanoTime();
        long steps = 0;
        for (long done = 0; done < schedules; done += REPORT_EVERY) {
            Found found = Explorer.explore(rules, seed + done, Math.min(REPORT_EVERY, schedules - done));
            steps += found.steps();
            report(done + found.schedules(), steps, System.nanoTime() - began);
            if (found.counterexample().isPresent()) {
                System.out.println(found.counterexample().get());
                System.exit(1);
            }
        }
    }

    private static Rules rules() {
        Rules rules = Rules.shipped().withHistoryMargin(Integer.getInteger("model.margin", Reading.MARGIN));
        for (String name : names("model.without")) {
            rules = rules.without(Safeguard.valueOf(name));
        }
        List<String> faults = names("model.under");
        if (!faults.isEmpty()) {
            rules = rules.under(faults.stream().map(Fault::valueOf).collect(Collectors.toSet()));
        }
        if (Boolean.getBoolean("model.chunks")) {
            rules = rules.copyingInChunks();
        }
        if (Boolean.getBoolean("model.mending")) {
            rules = rules.mending();
        }
        return Boolean.getBoolean("model.narrow") ? rules.inANarrowWorld() : rules;
    }

    private static List<String> names(String property) {
        return Arrays.stream(System.getProperty(property, "").split(","))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static void report(long schedules, long steps, long nanos) {
        double seconds = nanos / (double) Duration.ofSeconds(1).toNanos();
        System.out.printf(
                "%,d schedules, %,d steps, %.1f s: %,.0f schedules/s, %,.0f steps/s%n",
                schedules, steps, seconds, schedules / seconds, steps / seconds);
    }
}
