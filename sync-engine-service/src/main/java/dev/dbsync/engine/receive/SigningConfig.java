package dev.dbsync.engine.receive;

import io.smallrye.config.ConfigMapping;

/** The keys deliveries are signed with. No default: without them nothing could be believed. */
@ConfigMapping(prefix = "dbsync.signing")
public interface SigningConfig {

    /** The key tried first. At least 32 characters. */
    String currentKey();

    /** The key tried next, so that keys can be rotated without losing a delivery. At least 32 characters. */
    String nextKey();
}
