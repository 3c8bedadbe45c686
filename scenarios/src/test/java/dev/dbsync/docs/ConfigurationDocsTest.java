package dev.dbsync.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** docs/configuration.md lists what the sources read, with the same defaults, and nothing else. */
class ConfigurationDocsTest {

    private static final String WRITE = "dbsync.write-docs";

    private final ConfigurationPage made = new ConfigurationPage();
    private final String page = ConfigurationPage.read(ConfigurationPage.FILE);

    @Test
    @EnabledIfSystemProperty(named = WRITE, matches = "true", disabledReason = "for whoever changes a setting")
    void writesThePage() throws IOException {
        Files.writeString(ConfigurationPage.FILE, made.madeAnew(page));
    }

    @Test
    void thePageIsAsTheSourcesMakeIt() {
        assertThat(page)
                .as("-Dtest=ConfigurationDocsTest#writesThePage -D" + WRITE
                        + "=true makes it anew; then say what is new means")
                .isEqualTo(made.madeAnew(page));
    }

    @Test
    void whatIsMissingWrongOrGoneIsPutRight() {
        String broken = page.lines()
                        .filter(line -> !line.startsWith("| `DBSYNC_POLLER_LEASE`"))
                        .map(line -> line.replace(
                                        "| `DBSYNC_PURGE_RETENTION` | `7d` |", "| `DBSYNC_PURGE_RETENTION` | `8d` |")
                                .replace("`DBSYNC_CRON_SECRET` ✔", "`DBSYNC_CRON_SECRET`"))
                        .reduce("", (text, line) -> text + line + "\n")
                + "| `DBSYNC_NO_MORE` | `1` | Gone. |\n";

        String mended = made.madeAnew(broken);

        assertThat(mended)
                .contains("| `DBSYNC_POLLER_LEASE` ✔ | `5m` |")
                .contains("| `DBSYNC_PURGE_RETENTION` | `7d` |")
                .contains("| `DBSYNC_CRON_SECRET` ✔ |")
                .doesNotContain("DBSYNC_NO_MORE");
        assertThat(mended.indexOf("DBSYNC_POLLER_LEASE"))
                .as("beside its kin")
                .isGreaterThan(mended.indexOf("## Poller"));
    }
}
