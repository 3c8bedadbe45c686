package dev.dbsync.model;

import dev.dbsync.model.Explorer.Found;
import java.time.Duration;

/** {@code model/run [schedules] [first seed]}: explores the shipped protocol for as long as one likes. */
final class Model {

    private static final long REPORT_EVERY = 1_000_000;

    private Model() {}

    public static void main(String[] arguments) {
        long schedules = arguments.length > 0 ? Long.parseLong(arguments[0]) : REPORT_EVERY;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        Rules rules = rules(System.getProperty("model.rules", "shipped"));
        for (String name : System.getProperty("model.without", "").split(",")) {
            rules = name.isEmpty() ? rules : rules.without(Safeguard.valueOf(name));
        }
        for (String name : System.getProperty("model.with", "").split(",")) {
            rules = name.isEmpty() ? rules : rules.with(Safeguard.valueOf(name));
        }
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

    private static Rules rules(String name) {
        return name.equals("complete") ? Rules.complete() : Rules.shipped();
    }

    private static void report(long schedules, long steps, long nanos) {
        double seconds = nanos / (double) Duration.ofSeconds(1).toNanos();
        System.out.printf(
                "%,d schedules, %,d steps, %.1f s: %,.0f schedules/s, %,.0f steps/s%n",
                schedules, steps, seconds, schedules / seconds, steps / seconds);
    }
}
