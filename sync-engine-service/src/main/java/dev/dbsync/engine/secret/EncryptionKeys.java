package dev.dbsync.engine.secret;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A list of named AES-256 keys, the first of which encrypts. Immutable; {@code toString()} names the keys only. */
public final class EncryptionKeys {

    private static final int KEY_BYTES = 32;
    private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9_.-]{1,63}");

    private final Map<String, byte[]> keys;

    private EncryptionKeys(Map<String, byte[]> keys) {
        this.keys = keys;
    }

    /**
     * @param text {@code keyId:base64(32 bytes)[,keyId:…]}
     * @throws IllegalArgumentException saying which entry is wrong and what is expected; never with any part of a key
     */
    public static EncryptionKeys parse(String text) {
        var keys = new LinkedHashMap<String, byte[]>();
        String[] entries = text.split(",", -1);
        for (int i = 0; i < entries.length; i++) {
            String entry = entries[i].strip();
            int colon = entry.indexOf(':');
            String id = colon < 0 ? "" : entry.substring(0, colon);
            if (!KEY_ID.matcher(id).matches()) {
                throw new IllegalArgumentException(
                        "Entry " + (i + 1)
                                + " of the encryption keys does not begin with a key id and a colon; expected keyId:base64(32 bytes)");
            }
            if (keys.put(id, bytes(id, entry.substring(colon + 1))) != null) {
                throw new IllegalArgumentException("The encryption key id '" + id + "' is there twice");
            }
        }
        return new EncryptionKeys(keys);
    }

    private static byte[] bytes(String id, String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The encryption key '" + id + "' is not base64; expected base64(32 bytes)");
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "The encryption key '" + id + "' has " + bytes.length + " bytes; expected " + KEY_BYTES);
        }
        return bytes;
    }

    /** In the order given; the first encrypts. */
    public List<String> ids() {
        return new ArrayList<>(keys.keySet());
    }

    byte[] bytes(String id) {
        return keys.get(id).clone();
    }

    @Override
    public String toString() {
        return "EncryptionKeys" + ids();
    }
}
