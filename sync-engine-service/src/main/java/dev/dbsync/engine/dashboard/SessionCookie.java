package dev.dbsync.engine.dashboard;

import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.NewCookie;

/** The cookie that holds a session's secret. */
@ApplicationScoped
class SessionCookie {

    static final String NAME = "dbsync_session";

    private final DashboardConfig config;

    SessionCookie(DashboardConfig config) {
        this.config = config;
    }

    NewCookie of(String secret, HttpServerRequest request) {
        return cookie(request).value(secret).build();
    }

    NewCookie none(HttpServerRequest request) {
        return cookie(request).value("").maxAge(0).build();
    }

    private NewCookie.Builder cookie(HttpServerRequest request) {
        return new NewCookie.Builder(NAME)
                .path("/")
                .httpOnly(true)
                .sameSite(NewCookie.SameSite.STRICT)
                .secure(config.secureCookie() || cameByHttps(request));
    }

    /** A header that lies about it costs the liar its cookie, and nobody else anything. */
    private static boolean cameByHttps(HttpServerRequest request) {
        String forwarded = request.getHeader("X-Forwarded-Proto");
        return request.isSSL()
                || forwarded != null && forwarded.strip().toLowerCase().startsWith("https");
    }
}
