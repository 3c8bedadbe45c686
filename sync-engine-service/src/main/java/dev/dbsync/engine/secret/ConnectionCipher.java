package dev.dbsync.engine.secret;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Encrypts connection strings and opens them again for the one external database each was written for. Thread-safe. */
@ApplicationScoped
public class ConnectionCipher {

    private final String currentKeyId;
    private final Map<String, Aead> aeads = new LinkedHashMap<>();

    @Inject
    ConnectionCipher(EncryptionConfig config) {
        this(EncryptionKeys.parse(config.keys()));
    }

    public ConnectionCipher(EncryptionKeys keys) {
        this.currentKeyId = keys.ids().get(0);
        keys.ids().forEach(id -> aeads.put(id, aead(keys.bytes(id))));
    }

    /** The key that encrypts. */
    String currentKeyId() {
        return currentKeyId;
    }

    /** Every key, the one that encrypts first. */
    Set<String> keyIds() {
        return Collections.unmodifiableSet(aeads.keySet());
    }

    /** Encrypts under the first key, for this database alone. */
    public EncryptedText encrypt(String text, UUID tenancyId, String databaseId) {
        try {
            byte[] ciphertext = aeads.get(currentKeyId)
                    .encrypt(text.getBytes(StandardCharsets.UTF_8), associatedData(tenancyId, databaseId));
            return new EncryptedText(currentKeyId, ciphertext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot encrypt a connection string", e);
        }
    }

    /** @throws UndecryptableException if the key is not configured, or the ciphertext is not what was written for this database */
    public String decrypt(EncryptedText text, UUID tenancyId, String databaseId) {
        Aead aead = aeads.get(text.keyId());
        if (aead == null) {
            throw new UndecryptableException("The connection string is encrypted with key '" + text.keyId()
                    + "', which is not among the configured ones " + aeads.keySet());
        }
        try {
            byte[] plain = aead.decrypt(text.ciphertext(), associatedData(tenancyId, databaseId));
            return new String(plain, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new UndecryptableException("The connection string of external database '" + databaseId
                    + "' does not open with key '" + text.keyId()
                    + "': the key differs from the one it was written with, or the row was altered");
        }
    }

    private static byte[] associatedData(UUID tenancyId, String databaseId) {
        return (tenancyId + "/" + databaseId).getBytes(StandardCharsets.UTF_8);
    }

    private static Aead aead(byte[] keyBytes) {
        try {
            AeadConfig.register();
            AesGcmKey key = AesGcmKey.builder()
                    .setParameters(AesGcmParameters.builder()
                            .setKeySizeBytes(32)
                            .setIvSizeBytes(12)
                            .setTagSizeBytes(16)
                            .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                            .build())
                    .setKeyBytes(SecretBytes.copyFrom(keyBytes, InsecureSecretKeyAccess.get()))
                    .build();
            return KeysetHandle.newBuilder()
                    .addEntry(KeysetHandle.importKey(key).withRandomId().makePrimary())
                    .build()
                    .getPrimitive(RegistryConfiguration.get(), Aead.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink has no AES-256-GCM", e);
        }
    }
}
