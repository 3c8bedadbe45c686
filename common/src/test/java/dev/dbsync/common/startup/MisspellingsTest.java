package dev.dbsync.common.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MisspellingsTest {

    @ParameterizedTest
    @CsvSource({
        "DBSYNC_POLER_INTERVAL, DBSYNC_POLLER_INTERVAL",
        "DBSYNC_INTERNAL_DATABASE_URL, DBSYNC_INTERNAL_DB_URL",
        "DBSYNC_SIGNING_CURENT_KEY, DBSYNC_SIGNING_CURRENT_KEY",
        "DBSYNC_ADMIN_TOKENS, DBSYNC_ADMIN_TOKEN",
        "DBSYNC_TARGETS_ALLOW_PRIVATE_NETWORK, DBSYNC_TARGETS_ALLOW_PRIVATE_NETWORKS"
    })
    void aVariableThatNobodyReadsIsReportedWithTheLikelyOne(String set, String meant) {
        assertThat(Misspellings.reports(List.of("PATH", set)))
                .containsExactly(set + " is set, but no service reads it; did you mean " + meant + "?");
    }

    @Test
    void whatIsFarFromEverythingGetsNoGuess() {
        assertThat(Misspellings.reports(List.of("DBSYNC_FAVOURITE_COLOUR")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("DBSYNC_FAVOURITE_COLOUR", "docs/configuration.md")
                        .doesNotContain("did you mean"));
    }

    @Test
    void everySettingOfEveryServiceIsKnown() {
        List<String> all = Stream.of(Settings.SEQUENCER, Settings.POLLER, Settings.ENGINE)
                .flatMap(List::stream)
                .map(Setting::variable)
                .toList();

        assertThat(Misspellings.reports(all)).isEmpty();
    }

    @Test
    void othersVariablesAreNobodysBusiness() {
        assertThat(Misspellings.reports(List.of("PATH", "DB_SYNC", "QUARKUS_HTTP_PORT", "XDBSYNC_A")))
                .isEmpty();
    }
}
