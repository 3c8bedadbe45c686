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
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MappingPlanTest {

    private static final UUID EPOCH = UUID.randomUUID();

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

    private static void assertCopies(Position position, Facts facts, String reason) {
        assertThat(decide(position, facts))
                .isInstanceOfSatisfying(
                        StartCopy.class, start -> assertThat(start.reason()).contains(reason));
    }

    private static MappingPlan decide(Position position, Facts facts) {
        return MappingPlan.decide(position, facts.build(), "hash", "table", false);
    }

    private static Position at(Phase phase, long watermark) {
        return new Position(phase, watermark, EPOCH, Optional.empty(), true, 7, "hash", "table", 0);
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

        SourceFacts build() {
            return new SourceFacts(
                    true, 100, EPOCH, generation, epochKnown, nextEpochBegins, purgedThrough, hasNews, null);
        }
    }
}
