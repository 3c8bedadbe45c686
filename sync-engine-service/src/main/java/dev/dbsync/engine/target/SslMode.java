package dev.dbsync.engine.target;

import java.util.Arrays;
import java.util.Optional;

/** libpq's {@code sslmode}: whether a connection is encrypted and how far the server has to prove who it is. */
public enum SslMode {
    DISABLE("disable"),
    ALLOW("allow"),
    PREFER("prefer"),
    REQUIRE("require"),
    VERIFY_CA("verify-ca"),
    VERIFY_FULL("verify-full");

    private final String word;

    SslMode(String word) {
        this.word = word;
    }

    static Optional<SslMode> of(String word) {
        return Arrays.stream(values()).filter(mode -> mode.word.equals(word)).findFirst();
    }

    /** As it stands in a connection string. */
    public String word() {
        return word;
    }

    /** Whether a server without TLS is refused. */
    boolean requiresTls() {
        return compareTo(REQUIRE) >= 0;
    }

    /** Whether the certificate must come from an authority we trust. */
    boolean verifiesCertificate() {
        return compareTo(VERIFY_CA) >= 0;
    }
}
