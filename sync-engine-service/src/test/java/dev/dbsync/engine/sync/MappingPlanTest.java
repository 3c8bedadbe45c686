package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.sync.MappingPlan.AwaitCapture;
import dev.dbsync.engine.sync.MappingPlan.CaughtUp;
import dev.dbsync.engine.sync.MappingPlan.CopyPage;
import dev.dbsync.engine.sync.MappingPlan.FollowPage;
import dev.dbsync.engine.sync.MappingPlan.StartCopy;
import dev.dbsync.engine.sync.MappingPlan.SweepPage;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.engine.target.SourceMoment;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MappingPlanTest {

    private static final UUID EPOCH = UUID.randomUUID();
    private static final UUID HISTORY = UUID.randomUUID();

    @Test
    void followsWhatIsNewAndRestsWhenNothingIs() {
        assertThat(decide(at(Phase.FOLLOWING, 50), facts().news(true))).isInstanceOf(FollowPage.class);
        assertThat(decide(at(Phase.FOLLOWING, 50), facts())).isInstanceOf(CaughtUp.class);
    }

    @Test
    void goesOnWithACopyAndLetsTheLogInBetween() {
        assertThat(decide(at(Phase.COPYING, 50), facts().news(true))).isInstanceOf(CopyPage.class);
        assertThat(decide(at(Phase.SWEEPING, 50), facts())).isInstanceOf(SweepPage.class);
        assertThat(MappingPlan.decide(at(Phase.COPYING, 50), facts().news(true).build(), "hash", "table", true))
                .isInstanceOf(FollowPage.class);
    }

    @Test
    void copiesNothingBeforeCaptureIsThere() {
        assertThat(decide(Position.initial(), facts().generation(0))).isInstanceOf(AwaitCapture.class);
    }

    @Test
    void copiesWhatItCannotTrust() {
        assertCopies(Position.initial(), facts(), "first copy");
        assertCopies(at(Phase.FOLLOWING, 50), facts().generation(8), "truncated");
        assertCopies(at(Phase.FOLLOWING, 50), facts().epochKnown(false), "epoch is unknown");
        assertCopies(at(Phase.FOLLOWING, 101), facts(), "ahead");
        assertCopies(at(Phase.FOLLOWING, 50), facts().purged(51), "purged");
        assertThat(MappingPlan.decide(at(Phase.FOLLOWING, 50), facts().build(), "other hash", "table", false))
                .isInstanceOf(StartCopy.class);
        assertThat(MappingPlan.decide(at(Phase.FOLLOWING, 50), facts().build(), "hash", "another table", false))
                .isInstanceOf(StartCopy.class);
        assertThat(MappingPlan.decide(at(Phase.COPYING, 50), facts().build(), "hash", "", false))
                .isInstanceOf(StartCopy.class);
    }

    /** The interleaving of invariant 9: restored to id 30, new epoch from 31 on, and by now past the target's watermark again. */
    @Test
    void copiesWhenARewoundSourceHasPassedTheWatermarkAgain() {
        assertCopies(at(Phase.FOLLOWING, 50), facts().nextEpochBegins(31), "ahead");
        assertThat(decide(at(Phase.FOLLOWING, 30), facts().nextEpochBegins(31).news(true)))
                .isInstanceOf(FollowPage.class);
    }

    @Test
    void trustsAWatermarkThatEqualsThePurge() {
        assertThat(decide(at(Phase.FOLLOWING, 51), facts().purged(51))).isInstanceOf(CaughtUp.class);
    }

    /**
     * Tick 41 may have begun, unseen, when the snapshot was taken that sees tick 40; only tick 42 cannot have. So what the
     * snapshot saw is safe if 42 is the newest tick that was not lost, and not if 41 is.
     */
    @Test
    void copiesWhatWasWrittenWithinTwoTicksBeforeTheHistoryBroke() {
        assertCopies(writtenAt(40), facts().nextHistoryBegins(40), "just after");
        assertCopies(writtenAt(40), facts().nextHistoryBegins(41), "just after");
        assertCopies(writtenAt(40), facts().nextHistoryBegins(30), "just after");
        assertThat(decide(writtenAt(40), facts().nextHistoryBegins(42))).isInstanceOf(CaughtUp.class);
    }

    @Test
    void copiesWhatWasWrittenInAHistoryThatIsNotKnownOrIsFurtherThanTheSource() {
        assertCopies(writtenAt(40), facts().historyKnown(false), "before the target was last written");
        assertCopies(writtenAt(61), facts(), "remembers");
        assertThat(decide(writtenAt(60), facts())).isInstanceOf(CaughtUp.class);
    }

    /** Its history has ended, so the present one's ticks say nothing about it. */
    @Test
    void trustsAnOldHistorysTickThatIsAheadOfNothing() {
        assertThat(decide(writtenAt(40), facts().nextHistoryBegins(1_000))).isInstanceOf(CaughtUp.class);
    }

    /** A version before this one wrote it; the next write says more. */
    @Test
    void trustsAPositionThatSaysNothingOfItsHistory() {
        assertThat(decide(at(Phase.FOLLOWING, 50), facts().nextHistoryBegins(1)))
                .isInstanceOf(CaughtUp.class);
    }

    @Test
    void meetsEachRequestForAResyncOnce() {
        UUID request = UUID.randomUUID();
        assertCopies(at(Phase.FOLLOWING, 50), facts().resync(request), MappingPlan.RESYNC);
        Position begun = Position.copyFrom(50, EPOCH, 7, "hash", "table", true, null, request);
        assertThat(decide(begun, facts().resync(request))).isInstanceOf(CopyPage.class);
        Position done = begun.copied(Optional.empty(), 1, false).swept(Optional.empty(), false);
        assertThat(decide(done, facts().resync(request))).isInstanceOf(CaughtUp.class);
        assertThat(decide(done, facts())).as("the request is no longer known").isInstanceOf(CaughtUp.class);
        assertCopies(done, facts().resync(UUID.randomUUID()), MappingPlan.RESYNC);
        assertCopies(begun, facts().resync(UUID.randomUUID()), MappingPlan.RESYNC);
    }

    private static Position writtenAt(long tick) {
        return at(Phase.FOLLOWING, 50).readAt(new SourceMoment(HISTORY, tick));
    }

    private static void assertCopies(Position position, Facts facts, String reason) {
        assertThat(decide(position, facts))
                .isInstanceOfSatisfying(
                        StartCopy.class, start -> assertThat(start.reason()).contains(reason));
    }

    private static MappingPlan decide(Position position, Facts facts) {
        return MappingPlan.decide(position, facts.build(), "hash", "table", false);
    }

    private static Position at(Phase phase, long watermark) {
        return new Position(phase, watermark, EPOCH, Optional.empty(), true, 7, "hash", "table", 0, null, null);
    }

    private static Facts facts() {
        return new Facts();
    }

    private static final class Facts {
        private long generation = 7;
        private boolean epochKnown = true;
        private long nextEpochBegins = Long.MAX_VALUE;
        private long purgedThrough;
        private boolean hasNews;
        private boolean historyKnown = true;
        private long nextHistoryBegins = Long.MAX_VALUE;
        private UUID resync;

        Facts generation(long value) {
            generation = value;
            return this;
        }

        Facts epochKnown(boolean value) {
            epochKnown = value;
            return this;
        }

        Facts nextEpochBegins(long value) {
            nextEpochBegins = value;
            return this;
        }

        Facts purged(long value) {
            purgedThrough = value;
            return this;
        }

        Facts news(boolean value) {
            hasNews = value;
            return this;
        }

        Facts historyKnown(boolean value) {
            historyKnown = value;
            return this;
        }

        Facts nextHistoryBegins(long value) {
            nextHistoryBegins = value;
            return this;
        }

        Facts resync(UUID value) {
            resync = value;
            return this;
        }

        SourceFacts build() {
            return new SourceFacts(
                    true,
                    100,
                    EPOCH,
                    generation,
                    epochKnown,
                    nextEpochBegins,
                    purgedThrough,
                    hasNews,
                    new SourceMoment(HISTORY, 60),
                    historyKnown,
                    nextHistoryBegins,
                    null,
                    resync);
        }
    }
}
