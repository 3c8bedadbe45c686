package dev.dbsync.engine.secret;

/**
 * A text under a named key.
 *
 * @param ciphertext not to be altered by anyone
 */
public record EncryptedText(String keyId, byte[] ciphertext) {

    @Override
    public String toString() {
        return "EncryptedText[keyId=" + keyId + "]";
    }
}
