package dev.dbsync.engine.dashboard;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long one stays signed in to the dashboard. */
@ConfigMapping(prefix = "dbsync.dashboard")
interface DashboardConfig {

    /** A session ends so long after the last thing that was opened or done; that a page refreshes itself does not count. */
    @WithDefault("30m")
    Duration idleTimeout();

    /** A session ends so long after its beginning, whatever happens in it. */
    @WithDefault("12h")
    Duration sessionLifetime();

    /** Mark the cookie {@code Secure} even where nothing says that the browser came by https. */
    @WithDefault("false")
    boolean secureCookie();
}
