package dev.dbsync.engine.admin;

import dev.dbsync.common.auth.BearerToken;
import dev.dbsync.common.fault.ApiException;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The tokens that open the admin API: one that is configured as it is, any number of which only the hash is known. Every one is
 * compared on every check, so that the time tells nothing about which was right. Immutable and thread-safe.
 */
@Singleton
public class AdminTokens {

    /** The name of the token that has none of its own. */
    public static final String DEFAULT_NAME = "admin";

    private final Map<String, BearerToken> tokens = new LinkedHashMap<>();

    AdminTokens(
            @ConfigProperty(name = "dbsync.admin-token") String token,
            @ConfigProperty(name = "dbsync.admin-token-hashes") Optional<String> hashes) {
        tokens.put(DEFAULT_NAME, new BearerToken(token));
        hashes.filter(list -> !list.isBlank()).ifPresent(this::addHashes);
    }

    private void addHashes(String list) {
        for (String entry : list.split(",", -1)) {
            String[] nameAndHash = entry.split(":", 2);
            tokens.put(nameAndHash[0].strip(), BearerToken.ofHash(HexFormat.of().parseHex(nameAndHash[1].strip())));
        }
    }

    /** The name of the token that the header carries; empty if it carries none of ours. */
    public Optional<String> nameOf(String authorization) {
        String found = null;
        for (Map.Entry<String, BearerToken> token : tokens.entrySet()) {
            if (token.getValue().accepts(authorization)) {
                found = token.getKey();
            }
        }
        return Optional.ofNullable(found);
    }

    /** The name of this token, which came from somewhere else than a header; empty if it is none of ours. */
    public Optional<String> nameOfToken(String token) {
        return nameOf("Bearer " + token);
    }

    /** The SHA-256 of each token. */
    public List<byte[]> hashes() {
        return tokens.values().stream().map(BearerToken::sha256).toList();
    }

    /** The refusal for whoever shows none: 401 {@code UNAUTHORIZED}. */
    static ApiException unauthorized() {
        return ApiException.unauthorized("Send the bearer token of this route in the Authorization header");
    }
}
