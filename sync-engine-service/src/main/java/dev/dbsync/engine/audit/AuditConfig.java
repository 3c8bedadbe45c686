package dev.dbsync.engine.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the audit is kept. */
@ConfigMapping(prefix = "dbsync.audit")
interface AuditConfig {

    /** Older actions go, a few with each new one. */
    @WithDefault("400d")
    Duration retention();
}
