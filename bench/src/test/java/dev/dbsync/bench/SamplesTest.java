package dev.dbsync.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void quantilesLieBetweenTheNearestValues() {
        Samples samples = Samples.of(40, 10, 30, 20);

        assertThat(samples.median()).isEqualTo(25);
        assertThat(samples.quantile(0.75)).isEqualTo(32.5);
        assertThat(samples.min()).isEqualTo(10);
        assertThat(samples.max()).isEqualTo(40);
        assertThat(new Samples().median()).isNaN();
    }

    @Test
    void aRatioComparesRoundWithRound() {
        Samples slowing = Samples.of(50, 25, 10);

        assertThat(slowing.dividedBy(Samples.of(100, 50, 20)).median()).isEqualTo(0.5);
    }

    @Test
    void theRateOfTheWholeIsNoMeanOfRates() {
        assertThat(Samples.of(10, 30).harmonicMean()).isEqualTo(15);
    }

    @Test
    void numbersShowTheDigitsThatCount() {
        assertThat(Samples.number(71_234)).isEqualTo("71,200");
        assertThat(Samples.number(1_234.5)).isEqualTo("1,235");
        assertThat(Samples.number(47.26)).isEqualTo("47.3");
        assertThat(Samples.number(0.625)).isEqualTo("0.63");
        assertThat(Samples.number(0.0123)).isEqualTo("0.012");
    }
}
