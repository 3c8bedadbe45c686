package dev.dbsync.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdminTokensTest {

    private static final String ALICE = "alices-token-0123456789";
    private static final String ROBOT = "robots-token-0123456789";

    private final AdminTokens tokens = new AdminTokens(
            "the-token-itself-0123",
            Optional.of("alice:" + sha256(ALICE) + ", robot:" + sha256(ROBOT).toUpperCase(Locale.ROOT)));

    @Test
    void eachTokenOpensAndHasAName() {
        assertThat(tokens.nameOf("Bearer the-token-itself-0123")).contains("admin");
        assertThat(tokens.nameOf("Bearer " + ALICE)).contains("alice");
        assertThat(tokens.nameOf("Bearer " + ROBOT)).contains("robot");
        assertThat(tokens.nameOfToken(ALICE)).isPresent();
    }

    @Test
    void aHashIsNoToken() {
        assertThat(tokens.nameOf("Bearer " + sha256(ALICE))).isEmpty();
        assertThat(tokens.nameOfToken(sha256(ALICE))).isEmpty();
        assertThat(tokens.nameOf(null)).isEmpty();
        assertThat(tokens.nameOf("Bearer alice")).isEmpty();
    }

    @Test
    void withoutHashesThereIsTheOneToken() {
        var one = new AdminTokens("the-token-itself-0123", Optional.empty());

        assertThat(one.nameOf("Bearer the-token-itself-0123")).contains("admin");
        assertThat(one.nameOf("Bearer " + ALICE)).isEmpty();
    }

    private static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
