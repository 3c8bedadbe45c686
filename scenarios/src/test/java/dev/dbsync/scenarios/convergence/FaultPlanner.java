package dev.dbsync.scenarios.convergence;

import dev.dbsync.harness.Service;
import dev.dbsync.scenarios.convergence.Fault.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws what goes wrong, and when. Faults overlap as they like. */
final class FaultPlanner {

    private static final int LONGEST = 5_000;
    private static final int CLOCK_SECONDS = 600;
    private static final int MOST_BYTES = 60_000;

    private final RandomGenerator random;
    private final Shape shape;

    private FaultPlanner(RandomGenerator random, Shape shape) {
        this.random = random;
        this.shape = shape;
    }

    static List<Fault> plan(RandomGenerator random, Shape shape) {
        var planner = new FaultPlanner(random, shape);
        var faults = new ArrayList<Fault>();
        faults.add(new Fault(Kind.CONNECT_LATE, null, planner.moment(), 0, Destination.LATE));
        for (int i = 0; i < shape.faults(); i++) {
            faults.add(planner.fault());
        }
        faults.sort(Comparator.comparingInt(Fault::atMillis));
        return List.copyOf(faults);
    }

    private Fault fault() {
        Kind kind = kind();
        Service service = kind.ofAService() ? Service.values()[random.nextInt(Service.values().length)] : null;
        return new Fault(kind, service, moment(), random.nextInt(100, LONGEST), amount(kind));
    }

    private Kind kind() {
        int weights = 0;
        for (Kind kind : Kind.values()) {
            weights += kind.weight();
        }
        int drawn = random.nextInt(weights);
        for (Kind kind : Kind.values()) {
            drawn -= kind.weight();
            if (drawn < 0) {
                return kind;
            }
        }
        throw new IllegalStateException();
    }

    private int amount(Kind kind) {
        return switch (kind) {
            case CLOCK -> random.nextInt(60, CLOCK_SECONDS) * (random.nextBoolean() ? 1 : -1);
            case INTERNAL_CUT, TARGET_CUT -> random.nextInt(500, MOST_BYTES);
            case PAUSE -> random.nextInt(Destination.COUNT);
            default -> 0;
        };
    }

    private int moment() {
        return random.nextInt(300, shape.millis() - 500);
    }
}
