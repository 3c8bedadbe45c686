package dev.dbsync.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSecretsTest {

    @Test
    void areMadeOnceAndReadableByTheirOwnerOnly(@TempDir Path folder) throws IOException {
        Path file = folder.resolve(".local/secrets.properties");

        Secrets made = LocalSecrets.readOrCreate(file);

        assertThat(LocalSecrets.readOrCreate(file)).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(made).hasToString("Secrets[…]");
        assertThat(made.signingCurrentKey()).hasSizeGreaterThanOrEqualTo(32).isNotEqualTo(made.signingNextKey());
    }
}
