package dev.dbsync.harness;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;

/** What an installation keeps to itself. {@link #toString()} shows none of it. */
public record Secrets(
        String adminToken, String cronSecret, String signingCurrentKey, String signingNextKey, String encryptionKeys) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** Fresh ones. */
    public static Secrets generate() {
        return new Secrets(
                text(24),
                text(24),
                text(32),
                text(32),
                "key1:" + Base64.getEncoder().encodeToString(bytes(32)));
    }

    /** As the environment of the services wants them. */
    public Map<String, String> environment() {
        return Map.of(
                "DBSYNC_ADMIN_TOKEN", adminToken,
                "DBSYNC_CRON_SECRET", cronSecret,
                "DBSYNC_SIGNING_CURRENT_KEY", signingCurrentKey,
                "DBSYNC_SIGNING_NEXT_KEY", signingNextKey,
                "DBSYNC_ENCRYPTION_KEYS", encryptionKeys);
    }

    @Override
    public String toString() {
        return "Secrets[…]";
    }

    private static String text(int length) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(length));
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
