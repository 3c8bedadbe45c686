package dev.dbsync.engine.dashboard;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.admin.AdminTokens;
import dev.dbsync.engine.internaldb.InternalDb;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who is signed in, in the internal database, so that every replica knows. A session is a random secret that only the cookie
 * holds. It is good for as long as its row is there, the times are not over, and the admin token that it was opened with still opens.
 * Thread-safe.
 */
@ApplicationScoped
class Sessions {

    private static final Sql OPEN = Sql.resource(Sessions.class, "open_session.sql");
    private static final Sql FIND = Sql.resource(Sessions.class, "find_session.sql");
    private static final Sql USE = Sql.resource(Sessions.class, "use_session.sql");
    private static final Sql CLOSE = Sql.resource(Sessions.class, "close_session.sql");

    private static final int SECRET_BYTES = 32;
    private static final byte[] A_REQUEST = "a request of this session".getBytes(StandardCharsets.UTF_8);
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final InternalDb internalDb;
    private final DashboardConfig config;
    private final AdminTokens tokens;
    private final SecureRandom random = new SecureRandom();

    Sessions(InternalDb internalDb, DashboardConfig config, AdminTokens tokens) {
        this.internalDb = internalDb;
        this.config = config;
        this.tokens = tokens;
    }

    /**
     * Opens a session for somebody who has shown the admin token.
     *
     * @param actor null for no name
     * @param token the one they have shown
     * @return the secret for the cookie
     */
    String open(String actor, String token) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        var values = times();
        values.put("secret_hash", hash(secret));
        values.put("token_proof", keyed(secret, hash(token.getBytes(StandardCharsets.UTF_8))));
        values.put("actor", actor);
        internalDb.inTransaction(session -> session.update(OPEN, values));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /**
     * The session of a cookie.
     *
     * @param cookie its value; null where there is none
     * @param counts whether this is a use that keeps the session from ending
     */
    Optional<Session> find(String cookie, boolean counts) {
        if (cookie == null || !SECRET.matcher(cookie).matches()) {
            return Optional.empty();
        }
        byte[] secret = Base64.getUrlDecoder().decode(cookie);
        var values = times();
        values.put("secret_hash", hash(secret));
        return internalDb.inTransaction(session -> {
            Optional<Session> found = session.queryOne(
                            FIND,
                            values,
                            row -> isProven(secret, row.getBytes("tokenProof"))
                                    ? Optional.of(new Session(row.getString("actor"), requestToken(secret)))
                                    : Optional.<Session>empty())
                    .flatMap(opened -> opened);
            if (counts && found.isPresent()) {
                session.update(USE, Map.of("secret_hash", hash(secret)));
            }
            return found;
        });
    }

    /** Whether it was opened with a token that still opens. */
    private boolean isProven(byte[] secret, byte[] proof) {
        return tokens.hashes().stream().anyMatch(hash -> MessageDigest.isEqual(proof, keyed(secret, hash)));
    }

    void close(String cookie) {
        if (cookie != null && SECRET.matcher(cookie).matches()) {
            byte[] hash = hash(Base64.getUrlDecoder().decode(cookie));
            internalDb.inTransaction(session -> session.update(CLOSE, Map.of("secret_hash", hash)));
        }
    }

    private Map<String, Object> times() {
        var values = new HashMap<String, Object>();
        values.put("idle_seconds", config.idleTimeout().toSeconds());
        values.put("lifetime_seconds", config.sessionLifetime().toSeconds());
        return values;
    }

    private static String requestToken(byte[] secret) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(keyed(secret, A_REQUEST));
    }

    private static byte[] hash(byte[] secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static byte[] keyed(byte[] secret, byte[] message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }
}
