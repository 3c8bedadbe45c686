package dev.dbsync.poller.dispatch;

import io.smallrye.config.ConfigMapping;

/** The keys deliveries are signed with. Secret: never printed. */
@ConfigMapping(prefix = "dbsync.signing")
public interface SigningConfig {

    /** Signs every delivery. */
    String currentKey();

    /** What the engine accepts besides; becomes the current one when keys are rotated. Not used for signing. */
    String nextKey();
}
