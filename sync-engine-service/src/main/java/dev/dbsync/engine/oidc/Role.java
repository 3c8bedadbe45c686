package dev.dbsync.engine.oidc;

import dev.dbsync.common.fault.ApiException;
import java.util.Locale;

/** What somebody may do who was let in. */
public enum Role {
    /** Look at everything. */
    VIEWER,
    /** Everything; whoever shows an admin token is one. */
    OPERATOR;

    /** As it is stored and shown. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @param word of {@link #word} */
    public static Role of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Whether this role may do more than look. */
    public boolean mayChange() {
        return this == OPERATOR;
    }

    /** @throws ApiException 403 {@code READ_ONLY} if this role may only look */
    public void requireChange() {
        if (!mayChange()) {
            throw new ApiException(
                    403, "READ_ONLY", "You are signed in as a viewer: you may look at everything and change nothing");
        }
    }
}
