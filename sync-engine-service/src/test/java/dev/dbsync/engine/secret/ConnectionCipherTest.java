package dev.dbsync.engine.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionCipherTest {

    private static final UUID TENANCY = UUID.randomUUID();
    private static final String SECRET = "postgres://u:hunter2-é😀@h.example/d";
    private static final String OLD = "old:" + key(1);
    private static final String NEW = "new:" + key(2);

    @Test
    void opensWhatItWrote() {
        ConnectionCipher cipher = cipher(NEW);
        EncryptedText text = cipher.encrypt(SECRET, TENANCY, "main");

        assertThat(text.keyId()).isEqualTo("new");
        assertThat(new String(text.ciphertext(), StandardCharsets.ISO_8859_1)).doesNotContain("hunter2");
        assertThat(cipher.decrypt(text, TENANCY, "main")).isEqualTo(SECRET);
    }

    @Test
    void neverWritesTheSameTwice() {
        ConnectionCipher cipher = cipher(NEW);

        assertThat(cipher.encrypt(SECRET, TENANCY, "main").ciphertext())
                .isNotEqualTo(cipher.encrypt(SECRET, TENANCY, "main").ciphertext());
    }

    @Test
    void encryptsWithTheFirstKeyAndDecryptsWithAll() {
        EncryptedText old = cipher(OLD).encrypt(SECRET, TENANCY, "main");
        ConnectionCipher rotated = cipher(NEW + "," + OLD);

        assertThat(rotated.decrypt(old, TENANCY, "main")).isEqualTo(SECRET);
        assertThat(rotated.encrypt(SECRET, TENANCY, "main").keyId()).isEqualTo("new");
    }

    @Test
    void doesNotOpenForAnotherDatabaseOrTenancy() {
        ConnectionCipher cipher = cipher(NEW);
        EncryptedText text = cipher.encrypt(SECRET, TENANCY, "main");

        assertThatThrownBy(() -> cipher.decrypt(text, TENANCY, "other")).isInstanceOf(UndecryptableException.class);
        assertThatThrownBy(() -> cipher.decrypt(text, UUID.randomUUID(), "main"))
                .isInstanceOf(UndecryptableException.class);
    }

    @Test
    void noticesAnAlteredCiphertext() {
        ConnectionCipher cipher = cipher(NEW);
        EncryptedText text = cipher.encrypt(SECRET, TENANCY, "main");
        text.ciphertext()[20] ^= 1;

        assertThatThrownBy(() -> cipher.decrypt(text, TENANCY, "main")).isInstanceOf(UndecryptableException.class);
        assertThatThrownBy(() -> cipher.decrypt(new EncryptedText("new", new byte[3]), TENANCY, "main"))
                .isInstanceOf(UndecryptableException.class);
    }

    @Test
    void namesTheKeyThatIsMissing() {
        EncryptedText text = cipher(OLD).encrypt(SECRET, TENANCY, "main");

        assertThatThrownBy(() -> cipher(NEW).decrypt(text, TENANCY, "main"))
                .isInstanceOf(UndecryptableException.class)
                .hasMessageContaining("'old'")
                .hasMessageContaining("[new]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "k", "k:", ":AAAA", "k:AAAA", "k:***", "a b:AAAA", "k:AAAA,", "kAAAA"})
    void refusesMalformedKeys(String keys) {
        assertThatThrownBy(() -> EncryptionKeys.parse(keys))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("AAAA");
    }

    @Test
    void refusesOneKeyIdTwice() {
        assertThatThrownBy(() -> EncryptionKeys.parse(OLD + "," + OLD)).hasMessageContaining("'old' is there twice");
    }

    @Test
    void showsNoKey() {
        assertThat(EncryptionKeys.parse(NEW + " , " + OLD)).hasToString("EncryptionKeys[new, old]");
        assertThat(cipher(NEW).encrypt(SECRET, TENANCY, "main")).hasToString("EncryptedText[keyId=new]");
    }

    private static ConnectionCipher cipher(String keys) {
        return new ConnectionCipher(EncryptionKeys.parse(keys));
    }

    private static String key(int fill) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) fill;
        return Base64.getEncoder().encodeToString(bytes);
    }
}
