package dev.dbsync.model;

import java.util.Optional;

/** Makes a schedule that fails as short as it will get: leaves steps out, and lets those that are left go as planned. */
final class Shrinker {

    private final Rules rules;
    private Schedule best;

    private Shrinker(Schedule found, Rules rules) {
        this.best = found;
        this.rules = rules;
    }

    static Schedule shrink(Schedule found, Rules rules) {
        var shrinker = new Shrinker(found, rules);
        boolean smaller;
        do {
            smaller = shrinker.leaveOut() | shrinker.straighten();
        } while (smaller);
        return shrinker.best;
    }

    private boolean leaveOut() {
        boolean smaller = false;
        for (int size = Math.max(1, best.steps().length / 2); size > 0; size /= 2) {
            for (int at = best.steps().length - size; at >= 0; at -= size) {
                smaller |= keep(best.without(at, at + size));
            }
        }
        return smaller;
    }

    /** A step that need not fail does not. */
    private boolean straighten() {
        boolean changed = false;
        for (int i = 0; i < best.steps().length; i++) {
            int step = best.steps()[i];
            int lucky = step | 0xff << 16;
            if (lucky != step) {
                int[] steps = best.steps().clone();
                steps[i] = lucky;
                changed |= keep(best.withSteps(steps));
            }
        }
        return changed;
    }

    private boolean keep(Schedule candidate) {
        Optional<Violation> violation = candidate.replay(rules, null);
        if (violation.isPresent()) {
            best = candidate;
        }
        return violation.isPresent();
    }
}
