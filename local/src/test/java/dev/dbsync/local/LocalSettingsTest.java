package dev.dbsync.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dbsync.harness.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocalSettingsTest {

    private static final Path ROOT = Path.of("/checkout");

    @Test
    void everyPortBeginsWithThePrefix() {
        LocalSettings settings = LocalSettings.of("82", ROOT);

        assertThat(settings.postgresPort()).isEqualTo(8228);
        assertThat(settings.port(Service.SEQUENCER)).isEqualTo(8241);
        assertThat(settings.port(Service.POLLER)).isEqualTo(8242);
        assertThat(settings.port(Service.ENGINE)).isEqualTo(8243);
        assertThat(LocalSettings.of(null, ROOT).postgresPort()).isEqualTo(8128);
    }

    @Test
    void runsWithDifferentPrefixesShareNoFolderButTheSecrets() {
        LocalSettings one = LocalSettings.of("81", ROOT);
        LocalSettings other = LocalSettings.of("82", ROOT);

        assertThat(one.dataDirectory()).isNotEqualTo(other.dataDirectory());
        assertThat(one.logDirectory()).isNotEqualTo(other.logDirectory());
        assertThat(one.secretsFile()).isEqualTo(other.secretsFile());
    }

    @Test
    void refusesAPrefixThatIsNone() {
        assertThatThrownBy(() -> LocalSettings.of("eighty", ROOT)).hasMessageContaining("PORT_PREFIX is 'eighty'");
        assertThatThrownBy(() -> LocalSettings.of("655", ROOT)).hasMessageContaining("PORT_PREFIX");
    }

    @Test
    void namesThePortThatIsBusy() throws IOException {
        LocalSettings settings = LocalSettings.of("618", ROOT);
        try (var busy = new ServerSocket(settings.port(Service.POLLER), 1, InetAddress.getLoopbackAddress())) {
            assertThat(settings.busyServicePort()).contains(busy.getLocalPort());
        }
        assertThat(settings.busyServicePort()).isEmpty();
    }
}
