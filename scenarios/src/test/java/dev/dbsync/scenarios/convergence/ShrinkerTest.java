package dev.dbsync.scenarios.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.scenarios.convergence.Fault.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShrinkerTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final History history = HistoryGenerator.generate(1, Shape.brief());

    @Test
    void leavesOutEverythingTheFailureDoesNotNeed() {
        Transaction culprit = history.writers().get(2).get(17);
        Fault needed = history.faults().get(3);

        History smallest = Shrinker.shrink(
                history,
                tried -> tried.faults().contains(needed)
                        && tried.writers().stream().anyMatch(writer -> writer.contains(culprit)),
                LONG);

        assertThat(smallest.writers()).isEqualTo(List.of(List.of(culprit)));
        assertThat(smallest.faults()).isEqualTo(List.of(needed));
        assertThat(smallest.before()).isEmpty();
    }

    @Test
    void keepsAHistoryOfWhichEverythingIsNeeded() {
        assertThat(Shrinker.shrink(history, history::equals, LONG)).isEqualTo(history);
    }

    @Test
    void triesNothingWhenThereIsNoTime() {
        assertThat(Shrinker.shrink(history, tried -> true, Duration.ZERO)).isEqualTo(history);
    }

    @Test
    void theSameSeedMakesTheSameHistory() {
        assertThat(HistoryGenerator.generate(1, Shape.brief())).isEqualTo(history);
        assertThat(HistoryGenerator.generate(2, Shape.brief())).isNotEqualTo(history);
        assertThat(history.faults())
                .filteredOn(fault -> fault.kind() == Kind.CONNECT_LATE)
                .hasSize(1);
    }
}
