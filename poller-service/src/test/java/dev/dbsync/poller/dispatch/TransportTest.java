package dev.dbsync.poller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransportTest {

    @Test
    void qstashIsRefusedAtTheStartByItsVariable() {
        assertThat(Transport.complaint(key -> "qstash"))
                .hasValueSatisfying(line -> assertThat(line)
                        .contains("DBSYNC_POLLER_DISPATCH", "expected http")
                        .doesNotContain("\n"));
    }

    @Test
    void nothingIsSaidAgainstHttp() {
        assertThat(Transport.complaint(key -> "http")).isEmpty();
        assertThat(Transport.complaint(key -> null)).isEmpty();
    }
}
