package dev.dbsync.model;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which protocol is explored, under which faults.
 *
 * @param off safeguards that are missing
 * @param insists whether breaking a rule counts by itself, or only once it does harm
 * @param historyMargin how many ticks beyond its own a position's history must have survived to be trusted
 * @param narrow whether there is hardly more than one of everything, and every fault there may be: for what needs an exact order of few steps
 * @param readsAhead whether copies go by chunks that are read before the position is locked they are written under
 * @param mends whether operators ask for resyncs and for verifications with repair, and tenants change rows of their copies
 * @param looksFor words of the broken promise that is looked for; empty for any
 */
record Rules(
        Set<Safeguard> off,
        Set<Fault> faults,
        boolean insists,
        int historyMargin,
        boolean narrow,
        boolean readsAhead,
        boolean mends,
        String looksFor) {

    /** The protocol as it is shipped, under everything there is. */
    static Rules shipped() {
        return new Rules(Set.of(), EnumSet.allOf(Fault.class), true, Reading.MARGIN, false, false, false, "");
    }

    Rules without(Safeguard... safeguards) {
        var less = EnumSet.noneOf(Safeguard.class);
        less.addAll(off);
        less.addAll(Set.of(safeguards));
        return new Rules(less, faults, insists, historyMargin, narrow, readsAhead, mends, looksFor);
    }

    Rules under(Set<Fault> others) {
        return new Rules(off, others, insists, historyMargin, narrow, readsAhead, mends, looksFor);
    }

    Rules onlyHarm() {
        return new Rules(off, faults, false, historyMargin, narrow, readsAhead, mends, looksFor);
    }

    Rules inANarrowWorld() {
        return new Rules(off, faults, insists, historyMargin, true, readsAhead, mends, looksFor);
    }

    Rules copyingInChunks() {
        return new Rules(off, faults, insists, historyMargin, narrow, true, mends, looksFor);
    }

    Rules mending() {
        return new Rules(off, faults, insists, historyMargin, narrow, readsAhead, true, looksFor);
    }

    /** A violation, if it is of the kind that is looked for. */
    Optional<Violation> lookedFor(Violation violation) {
        return Optional.of(violation).filter(found -> found.getMessage().contains(looksFor));
    }

    Rules lookingFor(String words) {
        return new Rules(off, faults, insists, historyMargin, narrow, readsAhead, mends, words);
    }

    Rules withHistoryMargin(int ticks) {
        return new Rules(off, faults, insists, ticks, narrow, readsAhead, mends, looksFor);
    }
}
