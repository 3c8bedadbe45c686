package dev.dbsync.engine.dashboard;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.admin.AdminTokens;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.oidc.OidcProvider;
import dev.dbsync.engine.oidc.Role;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who is signed in, in the internal database, so that every replica knows. A session is a random secret that only the cookie
 * holds. It is good for as long as its row is there, the times are not over, and what it was opened with still opens: the admin token,
 * or the identity provider with our registration there. Thread-safe.
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
    private final OidcProvider provider;
    private final SecureRandom random = new SecureRandom();

    Sessions(InternalDb internalDb, DashboardConfig config, AdminTokens tokens, OidcProvider provider) {
        this.internalDb = internalDb;
        this.config = config;
        this.tokens = tokens;
        this.provider = provider;
    }

    /**
     * Opens a session for somebody who has shown an admin token, an operator therefore.
     *
     * @param actor null for no name
     * @param token the one they have shown
     * @return the secret for the cookie
     */
    String open(String actor, String token) {
        return open(actor, Role.OPERATOR, hash(bytes(token)));
    }

    /**
     * Opens a session for somebody whom the identity provider vouches for.
     *
     * @return the secret for the cookie
     * @throws IllegalStateException if there is no provider
     */
    String openByProvider(String actor, Role role) {
        return open(actor, role, byProvider(role).orElseThrow(IllegalStateException::new));
    }

    /** @param credential what the session is to be proven by from now on */
    private String open(String actor, Role role, byte[] credential) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        var values = times();
        values.put("secret_hash", hash(secret));
        values.put("token_proof", keyed(secret, credential));
        values.put("actor", actor);
        values.put("role", role.word());
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
            Optional<Session> found =
                    session.queryOne(FIND, values, row -> session(secret, row)).flatMap(opened -> opened);
            if (counts && found.isPresent()) {
                session.update(USE, Map.of("secret_hash", hash(secret)));
            }
            return found;
        });
    }

    /** Empty where what it was opened with opens no more. */
    private Optional<Session> session(byte[] secret, ResultSet row) throws SQLException {
        byte[] proof = row.getBytes("tokenProof");
        Role role = Role.of(row.getString("role"));
        boolean vouched =
                byProvider(role).filter(word -> proves(secret, word, proof)).isPresent();
        boolean byToken =
                role == Role.OPERATOR && tokens.hashes().stream().anyMatch(hash -> proves(secret, hash, proof));
        return vouched || byToken
                ? Optional.of(new Session(row.getString("actor"), role, vouched, requestToken(secret)))
                : Optional.empty();
    }

    private static boolean proves(byte[] secret, byte[] credential, byte[] proof) {
        return MessageDigest.isEqual(proof, keyed(secret, credential));
    }

    /**
     * What stands for the provider's word in a proof. It is longer than the hash of a token, so that neither passes for the other, and
     * an engine from before there were roles accepts none. The role is part of it: nobody gets another by changing a row.
     */
    private Optional<byte[]> byProvider(Role role) {
        return provider.registration()
                .map(registration -> bytes("signed in by OpenID Connect as " + role.word() + "\n" + registration));
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
