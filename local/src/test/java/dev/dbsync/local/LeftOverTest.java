package dev.dbsync.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Ports;
import dev.dbsync.harness.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftOverTest {

    @Test
    void stopsTheServerOfARunThatWasKilled(@TempDir Path folder) {
        Path data = folder.resolve("postgresql");
        try (var server = PostgresServer.startEmbedded(0, data, Map.of())) {
            LeftOver.stop(data);

            assertThat(data.resolve("postmaster.pid")).doesNotExist();
            assertThat(Ports.isFree(server.port())).isTrue();
        }
        LeftOver.delete(data);
        assertThat(data).doesNotExist();
    }

    @Test
    void leavesAProcessAloneThatOnlyHasTheSameId(@TempDir Path data) throws IOException {
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(data.resolve("postmaster.pid"), other.pid() + "\n");

            LeftOver.stop(data);

            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }
}
