package dev.dbsync.common.auth;

import dev.dbsync.common.fault.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The one bearer token a route accepts. How long a check takes tells nothing about how much of a guess was right, nor about
 * the token's length. Immutable and thread-safe.
 */
public final class BearerToken {

    private static final String SCHEME = "Bearer ";
    private static final int HASH_BYTES = 32;

    private final byte[] expectedHash;

    /** @param expected the token; not empty */
    public BearerToken(String expected) {
        if (expected.isEmpty()) {
            throw new IllegalArgumentException("An empty token would let everybody in");
        }
        this.expectedHash = hash(expected);
    }

    private BearerToken(byte[] expectedHash) {
        this.expectedHash = expectedHash;
    }

    /** The token with this SHA-256, for those who would rather not hand the token itself to the service. */
    public static BearerToken ofHash(byte[] sha256) {
        if (sha256.length != HASH_BYTES) {
            throw new IllegalArgumentException("A SHA-256 has " + HASH_BYTES + " bytes");
        }
        return new BearerToken(sha256.clone());
    }

    /**
     * Returns if the header carries the token.
     *
     * @param authorization the {@code Authorization} header, null where there is none
     * @throws ApiException 401 {@code UNAUTHORIZED} otherwise
     */
    public void require(String authorization) {
        if (!accepts(authorization)) {
            throw ApiException.unauthorized("Send the bearer token of this route in the Authorization header");
        }
    }

    /** @param authorization the {@code Authorization} header, null where there is none */
    public boolean accepts(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        return matches(authorization.substring(SCHEME.length()).strip());
    }

    /** @param token the token itself, from somewhere else than a header */
    public boolean matches(String token) {
        return MessageDigest.isEqual(expectedHash, hash(token));
    }

    /** The token's SHA-256. */
    public byte[] sha256() {
        return expectedHash.clone();
    }

    @Override
    public String toString() {
        return "BearerToken[…]";
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
