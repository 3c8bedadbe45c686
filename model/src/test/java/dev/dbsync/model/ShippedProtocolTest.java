package dev.dbsync.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.model.Explorer.Found;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShippedProtocolTest {

    private static final long SCHEDULES = 30_000;

    @Test
    void keepsItsPromisesInEverySchedule() {
        Found found = Explorer.explore(Rules.shipped(), 1_000_000, SCHEDULES);

        assertThat(found.counterexample()).isEmpty();
        System.out.printf("%,d schedules, %,d steps, nothing found%n", found.schedules(), found.steps());
    }

    @Test
    void keepsThemWhereCopiesReadAhead() {
        Found found = Explorer.explore(Rules.shipped().copyingInChunks(), 4_000_000, SCHEDULES / 2);

        assertThat(found.counterexample()).isEmpty();
    }

    @Test
    void keepsThemWhereOperatorsResyncAndRepair() {
        Found found = Explorer.explore(Rules.shipped().mending(), 5_000_000, SCHEDULES);

        assertThat(found.counterexample()).isEmpty();
        System.out.printf(
                "%,d schedules with resyncs and repairs, %,d steps, nothing found%n", found.schedules(), found.steps());
    }

    @Test
    void comesToRestFromEveryScheduleWhereNothingGoesWrong() {
        Rules rules = Rules.shipped().under(EnumSet.noneOf(Fault.class));

        assertThat(Explorer.explore(rules, 2_000_000, SCHEDULES / 4).counterexample())
                .isEmpty();
    }

    @Test
    void aFailoverThatLosesCommitsHarmsNoTarget() {
        Rules rules = Rules.shipped().under(Set.of(Fault.FAILOVER_LOSES_TAIL, Fault.CRASH, Fault.LATE_VISIBILITY));

        assertThat(Explorer.explore(rules, 3_000_000, SCHEDULES / 4).counterexample())
                .isEmpty();
    }

    @Test
    void theSameSeedIsTheSameScheduleStepByStep() {
        Rules rules = Rules.shipped().without(Safeguard.LIVE_ROW_BEATS_TOMBSTONE);
        Schedule found = Explorer.explore(rules, 1, SCHEDULES)
                .counterexample()
                .orElseThrow()
                .schedule();
        var once = new ArrayList<String>();
        var again = new ArrayList<String>();

        found.replay(rules, once);
        found.replay(rules, again);

        assertThat(again).isEqualTo(once).isNotEmpty();
    }
}
