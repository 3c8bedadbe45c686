package dev.dbsync.engine.secret;

import io.smallrye.config.ConfigMapping;

/** The keys that connection strings are encrypted with. */
@ConfigMapping(prefix = "dbsync.encryption")
public interface EncryptionConfig {

    /**
     * {@code keyId:base64(32 bytes)[,keyId:…]}. The first encrypts, all decrypt: to change keys put a new one in front and keep
     * the old ones until every connection string was re-encrypted.
     */
    String keys();
}
