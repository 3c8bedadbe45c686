package dev.dbsync.poller.backlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LagsTest {

    private static final List<Double> BEHIND = List.of(1.0, 5.0, 60.0);

    @Test
    void theLongestIsTheLongest() {
        assertThat(Lags.quantile(BEHIND, 1000, 1)).isEqualTo(60);
        assertThat(Lags.quantile(BEHIND, 3, 1)).isEqualTo(60);
    }

    @Test
    void whoIsNotBehindCountsToo() {
        assertThat(Lags.quantile(BEHIND, 1000, 0.99)).isZero();
        assertThat(Lags.quantile(BEHIND, 100, 0.99)).isEqualTo(5);
        assertThat(Lags.quantile(BEHIND, 3, 0.5)).isEqualTo(5);
    }

    @Test
    void nobodyBehindIsNoLag() {
        assertThat(Lags.quantile(List.of(), 0, 1)).isZero();
        assertThat(Lags.quantile(List.of(), 7, 0.5)).isZero();
    }

    /** The two are counted one after the other. */
    @Test
    void moreBehindThanThereAreIsNoAccident() {
        assertThat(Lags.quantile(BEHIND, 1, 0.5)).isEqualTo(5);
    }
}
