package dev.dbsync.model;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which protocol is explored, under which faults.
 *
 * @param off safeguards that are missing
 * @param insists whether breaking a rule counts by itself, or only once it does harm
 * @param looksFor words of the broken promise that is looked for; empty for any
 * @param historyMargin how many ticks beyond its own a position's history must have survived to be trusted
 */
record Rules(Set<Safeguard> off, Set<Fault> faults, boolean insists, int historyMargin, String looksFor) {

    /** What is not in the code yet. */
    static final Set<Safeguard> PLANNED =
            Set.of(Safeguard.HISTORY_TICK, Safeguard.HISTORY_WAKES_EVERYBODY, Safeguard.DEBT_OUTLIVES_ITS_RUN);

    /** The protocol as it is shipped, under everything it claims to stand. */
    static Rules shipped() {
        return new Rules(PLANNED, EnumSet.complementOf(EnumSet.of(Fault.FAILOVER_LOSES_TAIL)), true, 2, "");
    }

    /** The protocol with everything there is, under everything there is. */
    static Rules complete() {
        return new Rules(Set.of(), EnumSet.allOf(Fault.class), true, 2, "");
    }

    Rules without(Safeguard... safeguards) {
        var less = EnumSet.noneOf(Safeguard.class);
        less.addAll(off);
        less.addAll(Set.of(safeguards));
        return new Rules(less, faults, insists, historyMargin, looksFor);
    }

    Rules with(Safeguard... safeguards) {
        var less = EnumSet.noneOf(Safeguard.class);
        less.addAll(off);
        less.removeAll(Set.of(safeguards));
        return new Rules(less, faults, insists, historyMargin, looksFor);
    }

    Rules under(Set<Fault> others) {
        return new Rules(off, others, insists, historyMargin, looksFor);
    }

    Rules onlyHarm() {
        return new Rules(off, faults, false, historyMargin, looksFor);
    }

    /** A violation, if it is of the kind that is looked for. */
    Optional<Violation> lookedFor(Violation violation) {
        return Optional.of(violation).filter(found -> found.getMessage().contains(looksFor));
    }

    Rules lookingFor(String words) {
        return new Rules(off, faults, insists, historyMargin, words);
    }

    Rules withHistoryMargin(int ticks) {
        return new Rules(off, faults, insists, ticks, looksFor);
    }
}
