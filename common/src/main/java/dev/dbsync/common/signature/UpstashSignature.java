package dev.dbsync.common.signature;

import dev.dbsync.common.signature.Verification.Reason;
import dev.dbsync.common.signature.Verification.Refused;
import dev.dbsync.common.signature.Verification.Valid;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/**
 * Makes and checks the JWT that travels in the header {@value #HEADER}. Stateless and thread-safe. Keys are raw text of at
 * least 32 bytes; times are the caller's, so that tests need not wait.
 */
public final class UpstashSignature {

    /** The header of a delivery that carries the signature. */
    public static final String HEADER = "Upstash-Signature";

    /** How long a signature is good for. */
    public static final Duration LIFE = Duration.ofSeconds(300);

    /** How far the clocks of the two sides may be apart. */
    static final Duration SKEW = Duration.ofSeconds(10);

    private static final String ISSUER = "Upstash";
    private static final String BODY = "body";
    private static final AlgorithmConstraints HS256_ALONE =
            new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256);

    private UpstashSignature() {}

    /**
     * @param url the URL about to be called, exactly
     * @param body the raw body about to be sent
     * @return the header's value
     * @throws IllegalArgumentException if the key is shorter than 32 bytes
     */
    public static String sign(String url, byte[] body, String key, Instant now) {
        var claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setSubject(url);
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setNotBefore(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(now.plus(LIFE).getEpochSecond()));
        claims.setGeneratedJwtId();
        claims.setStringClaim(BODY, hash(body));

        var jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        jws.setHeader("typ", "JWT");
        jws.setPayload(claims.toJson());
        jws.setKey(hmac(key));
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalArgumentException("The signing key cannot be used: it needs 32 bytes or more", e);
        }
    }

    /**
     * Checks a delivery. Nothing of the token is believed before one of the two keys has verified it.
     *
     * @param token the header's value; null if there was none
     * @param body the raw body as it arrived
     * @param acceptedUrls what {@code sub} may be, exactly
     */
    public static Verification verify(
            String token,
            byte[] body,
            Collection<String> acceptedUrls,
            String currentKey,
            String nextKey,
            Instant now) {
        if (token == null || token.isBlank()) {
            return new Refused(Reason.MISSING);
        }
        try {
            String payload = payloadSignedBy(currentKey, token);
            if (payload == null) {
                payload = payloadSignedBy(nextKey, token);
            }
            return payload == null
                    ? new Refused(Reason.WRONG_KEY)
                    : judge(JwtClaims.parse(payload), body, acceptedUrls, now);
        } catch (WrongAlgorithm e) {
            return new Refused(Reason.WRONG_ALGORITHM);
        } catch (MalformedClaimException e) {
            return new Refused(Reason.MISSING_CLAIM);
        } catch (JoseException | InvalidJwtException e) {
            return new Refused(Reason.MALFORMED);
        }
    }

    /** The token's payload, or null if it was not this key that signed it. */
    private static String payloadSignedBy(String key, String token) throws JoseException, WrongAlgorithm {
        var jws = new JsonWebSignature();
        jws.setCompactSerialization(token.strip());
        if (!AlgorithmIdentifiers.HMAC_SHA256.equals(jws.getAlgorithmHeaderValue())) {
            throw new WrongAlgorithm();
        }
        jws.setAlgorithmConstraints(HS256_ALONE);
        jws.setKey(hmac(key));
        return jws.verifySignature() ? jws.getPayload() : null;
    }

    private static Verification judge(JwtClaims claims, byte[] body, Collection<String> acceptedUrls, Instant now)
            throws MalformedClaimException {
        String bodyHash = claims.getStringClaimValue(BODY);
        NumericDate expires = claims.getExpirationTime();
        NumericDate notBefore = claims.getNotBefore();
        if (claims.getIssuer() == null
                || claims.getSubject() == null
                || claims.getJwtId() == null
                || claims.getIssuedAt() == null
                || expires == null
                || notBefore == null
                || bodyHash == null) {
            return new Refused(Reason.MISSING_CLAIM);
        }
        if (!ISSUER.equals(claims.getIssuer())) {
            return new Refused(Reason.WRONG_ISSUER);
        }
        if (!acceptedUrls.contains(claims.getSubject())) {
            return new Refused(Reason.FOREIGN_URL);
        }
        if (now.minus(SKEW).getEpochSecond() >= expires.getValue()) {
            return new Refused(Reason.EXPIRED);
        }
        if (now.plus(SKEW).getEpochSecond() < notBefore.getValue()) {
            return new Refused(Reason.NOT_YET_VALID);
        }
        if (now.plus(SKEW).plus(LIFE).getEpochSecond() < expires.getValue()) {
            return new Refused(Reason.LIVES_TOO_LONG);
        }
        return sameHash(bodyHash, hash(body)) ? new Valid() : new Refused(Reason.WRONG_BODY);
    }

    private static String hash(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** In constant time; padding counts for nothing. */
    private static boolean sameHash(String claimed, String actual) {
        int end = claimed.length();
        while (end > 0 && claimed.charAt(end - 1) == '=') {
            end--;
        }
        return MessageDigest.isEqual(
                claimed.substring(0, end).getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
    }

    private static HmacKey hmac(String key) {
        return new HmacKey(key.getBytes(StandardCharsets.UTF_8));
    }

    private static final class WrongAlgorithm extends Exception {}
}
