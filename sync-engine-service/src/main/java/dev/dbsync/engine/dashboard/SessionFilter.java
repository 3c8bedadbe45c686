package dev.dbsync.engine.dashboard;

import dev.dbsync.common.fault.ApiException;
import dev.dbsync.engine.audit.AuditNotes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Lets nobody at a page without a session, and nothing change by a request that another site could have sent: it must come
 * from a page of ours by what the browser says, and carry the session's token. A viewer's session changes nothing but its own end.
 */
@Singleton
public class SessionFilter {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final Sessions sessions;
    private final CurrentSession current;
    private final AuditNotes notes;

    SessionFilter(Sessions sessions, CurrentSession current, AuditNotes notes) {
        this.sessions = sessions;
        this.current = current;
        this.notes = notes;
    }

    @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
    public Optional<Response> authenticate(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        if (!Paths.isOurs(path)) {
            return Optional.empty();
        }
        boolean changes = !READING.contains(request.getMethod());
        if (changes) {
            requireSameOrigin(request);
        }
        if (Paths.isOpen(path)) {
            return Optional.empty();
        }
        Cookie cookie = request.getCookies().get(SessionCookie.NAME);
        boolean counts = request.getHeaderString(Htmx.BY_ITSELF) == null;
        Optional<Session> session = sessions.find(cookie == null ? null : cookie.getValue(), counts);
        if (session.isEmpty()) {
            return Optional.of(toSignIn(request));
        }
        if (changes) {
            requireToken(request, session.get());
            if (!path.equals(Paths.SIGN_OUT)) {
                session.get().role().requireChange();
            }
        }
        current.is(session.get());
        notes.inSessionOf(session.get().actor());
        if (session.get().vouched()) {
            notes.vouchedByProvider();
        }
        return Optional.empty();
    }

    private static Response toSignIn(ContainerRequestContext request) {
        boolean byHtmx = request.getHeaderString(Htmx.REQUEST) != null;
        URI page = byHtmx ? pageOf(request) : request.getUriInfo().getRequestUri();
        String next = page.getRawQuery() == null ? page.getRawPath() : page.getRawPath() + "?" + page.getRawQuery();
        URI signIn =
                UriBuilder.fromPath(Paths.SIGN_IN).queryParam("next", "{next}").build(Paths.returnable(next));
        return byHtmx
                ? Response.status(401).header(Htmx.REDIRECT, signIn).build()
                : Paths.goTo(signIn.toString()).build();
    }

    private static URI pageOf(ContainerRequestContext request) {
        try {
            return URI.create(request.getHeaderString(Htmx.CURRENT_URL));
        } catch (IllegalArgumentException | NullPointerException unreadable) {
            return URI.create("/");
        }
    }

    private static void requireSameOrigin(ContainerRequestContext request) {
        String site = request.getHeaderString("Sec-Fetch-Site");
        String origin = request.getHeaderString("Origin");
        boolean same = site != null
                ? site.equals("same-origin")
                : origin != null && origin.endsWith("://" + request.getHeaderString("Host"));
        if (!same) {
            throw new ApiException(403, "FOREIGN_ORIGIN", "Only the dashboard's own pages may send this request");
        }
    }

    private static void requireToken(ContainerRequestContext request, Session session) {
        String token = request.getHeaderString(Htmx.TOKEN);
        if (token == null || !MessageDigest.isEqual(bytes(token), bytes(session.token()))) {
            throw new ApiException(
                    403, "TOKEN_MISSING", "The request lacks the token of its page; open the page again and repeat it");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
