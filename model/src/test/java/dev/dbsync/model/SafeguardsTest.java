package dev.dbsync.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.model.Explorer.Found;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model that finds nothing proves nothing, so here each safeguard is missing in turn, and the shortest way to the harm is printed. */
class SafeguardsTest {

    private static final String PASSED = "no entry above its watermark says so";
    private static final String NOBODY = "nobody is left";

    /** Seeds are tried in order, so a test always does the same; most need a few hundred. */
    private static final long BUDGET = 20_000;

    @ParameterizedTest
    @EnumSource(
            value = Safeguard.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"REPAIR_READS_BEHIND_THE_LOCK", "REPAIR_OF_TRUSTED_POSITIONS_ONLY"})
    void eachIsMissedWhenItIsSwitchedOff(Safeguard safeguard) {
        Rules rules = without(safeguard).under(needed(safeguard)).lookingFor(broken(safeguard));

        Found found = Explorer.explore(rules, firstSeed(safeguard), BUDGET);

        assertThat(found.counterexample()).as("without %s", safeguard).isPresent();
        System.out.printf(
                "Without %s, schedule %d:%n%s%n%n",
                safeguard, found.schedules(), found.counterexample().get());
    }

    /** What it costs to be without the token alone: deliveries are repeated or given up, no change is lost. */
    @Test
    void withoutTheLeaseTokenAloneNothingIsLost() {
        Rules rules = Rules.shipped().without(Safeguard.LEASE_TOKEN).onlyHarm();

        assertThat(Explorer.explore(rules, 1, 20_000).counterexample()).isEmpty();
    }

    /** The token and reclaiming in place stand for one another: without both a wake-up is deleted by a late holder. */
    @Test
    void withoutTheLeaseTokenAndReclaimingInPlaceAWakeUpIsLost() {
        Rules rules = Rules.shipped()
                .without(Safeguard.LEASE_TOKEN, Safeguard.RECLAIM_IN_PLACE)
                .onlyHarm()
                .under(EnumSet.of(Fault.CRASH, Fault.DUPLICATE_DELIVERY))
                .lookingFor(NOBODY);

        Found found = Explorer.explore(rules, 1, BUDGET);

        assertThat(found.counterexample()).isPresent();
        System.out.printf(
                "Without token and reclaiming in place:%n%s%n%n",
                found.counterexample().get());
    }

    /** Ticks see nearly every restore that this one sees; but where the server does not say where it is, there are no histories. */
    private static Rules without(Safeguard safeguard) {
        Rules rules = Rules.shipped().without(safeguard);
        return switch (safeguard) {
            case EPOCH_COMPARE_AND_SET -> rules.without(Safeguard.HISTORY_TICK);
            case READ_AHEAD_FENCE -> rules.copyingInChunks();
            case VERIFICATION_READS_BEHIND_THE_LOCK,
                    VERIFICATION_KNOWS_WHAT_IS_UNDER_WAY,
                    VERIFICATION_LOCKS_THE_SOURCE,
                    OWED_BEFORE_REPAIRED,
                    REPAIR_READS_BEHIND_THE_LOCK,
                    REPAIR_OF_TRUSTED_POSITIONS_ONLY,
                    RESYNC_ID_WITH_THE_COPY,
                    COPY_LEAVES_ROWS,
                    COPY_IS_SWEPT -> rules.mending();
            default -> rules;
        };
    }

    /** The faults without which a safeguard has nothing to do. */
    private static Set<Fault> needed(Safeguard safeguard) {
        return switch (safeguard) {
            case CAPTURE_NEVER_SKIPS,
                    SEQUENCING_LOCK,
                    LOW_WATER_WAITS_FOR_XMIN,
                    LOW_WATER_XID_TAKEN_AFTERWARDS,
                    LOCKED_ENQUEUE,
                    LIVE_ROW_BEATS_TOMBSTONE,
                    TENANCY_IN_EVERY_QUERY,
                    ONE_SNAPSHOT -> EnumSet.noneOf(Fault.class);
            case OWED_BEFORE_REPAIRED,
                    RESYNC_ID_WITH_THE_COPY,
                    VERIFICATION_READS_BEHIND_THE_LOCK,
                    VERIFICATION_KNOWS_WHAT_IS_UNDER_WAY,
                    REPAIR_READS_BEHIND_THE_LOCK,
                    COPY_LEAVES_ROWS,
                    COPY_IS_SWEPT -> EnumSet.of(Fault.CRASH);
            case VERIFICATION_LOCKS_THE_SOURCE -> EnumSet.of(Fault.TRUNCATE);
            case REPAIR_OF_TRUSTED_POSITIONS_ONLY -> EnumSet.of(Fault.FAILOVER_LOSES_TAIL, Fault.CRASH);
            case ENQUEUE_IN_THE_SAME_TRANSACTION,
                    RECLAIM_IN_PLACE,
                    POSITION_LOCK,
                    READ_AHEAD_FENCE,
                    ROWS_AND_POSITION_TOGETHER,
                    DEBT_OUTLIVES_ITS_RUN,
                    LEASE_TOKEN -> EnumSet.of(Fault.CRASH, Fault.DUPLICATE_DELIVERY);
            case CAPTURE_GENERATION -> EnumSet.of(Fault.TRUNCATE);
            case TABLE_IDENTITY -> EnumSet.of(Fault.TARGET_TAMPERED);
            case START_ID_BEFORE_ROWS, COPY_ANNOUNCED_BEFORE_START_ID ->
                EnumSet.of(Fault.TARGET_TAMPERED, Fault.TRUNCATE);
            case EPOCH_CHECK, EPOCH_COMPARE_AND_SET -> EnumSet.of(Fault.SOURCE_RESTORED);
            case HISTORY_TICK, HISTORY_WAKES_EVERYBODY -> EnumSet.of(Fault.FAILOVER_LOSES_TAIL);
            case PURGE_FLOOR_CHECK -> EnumSet.of(Fault.RETENTION);
            case TABLE_LOOKED_AT_UNDER_THE_LOCK -> EnumSet.allOf(Fault.class);
        };
    }

    /** These take a delivery that nobody waits for any more, a second one beside it, and a failure between two statements. */
    private static long firstSeed(Safeguard safeguard) {
        return switch (safeguard) {
            case READ_AHEAD_FENCE -> 206_000;
            case DEBT_OUTLIVES_ITS_RUN -> 485_000;
            case TABLE_LOOKED_AT_UNDER_THE_LOCK -> 7_361_000;
            default -> 1;
        };
    }

    private static String broken(Safeguard safeguard) {
        return switch (safeguard) {
            case LOW_WATER_WAITS_FOR_XMIN, LOW_WATER_XID_TAKEN_AFTERWARDS -> "2: ";
            case ENQUEUE_IN_THE_SAME_TRANSACTION,
                    LOCKED_ENQUEUE,
                    DEBT_OUTLIVES_ITS_RUN,
                    TABLE_LOOKED_AT_UNDER_THE_LOCK,
                    HISTORY_WAKES_EVERYBODY -> NOBODY;
            case VERIFICATION_READS_BEHIND_THE_LOCK,
                    VERIFICATION_KNOWS_WHAT_IS_UNDER_WAY,
                    VERIFICATION_LOCKS_THE_SOURCE -> "11: a false alarm";
            case OWED_BEFORE_REPAIRED -> "11: a verification";
            case RESYNC_ID_WITH_THE_COPY -> "12: a resync";
            case COPY_LEAVES_ROWS -> "12: a copy";
            case RECLAIM_IN_PLACE -> "3: ";
            case POSITION_LOCK -> "4: ";
            case LEASE_TOKEN -> "7: a claim was acknowledged";
            case TENANCY_IN_EVERY_QUERY -> "8: ";
            case COPY_ANNOUNCED_BEFORE_START_ID -> "10: ";
            default -> PASSED;
        };
    }
}
