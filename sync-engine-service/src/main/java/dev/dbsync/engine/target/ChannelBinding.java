package dev.dbsync.engine.target;

import java.util.Arrays;
import java.util.Optional;

/** libpq's {@code channel_binding}: whether SCRAM must prove that the TLS connection ends at the server that knows the password. */
public enum ChannelBinding {
    DISABLE("disable"),
    PREFER("prefer"),
    REQUIRE("require");

    private final String word;

    ChannelBinding(String word) {
        this.word = word;
    }

    static Optional<ChannelBinding> of(String word) {
        return Arrays.stream(values())
                .filter(binding -> binding.word.equals(word))
                .findFirst();
    }

    /** As it stands in a connection string. */
    public String word() {
        return word;
    }
}
