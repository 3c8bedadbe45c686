package dev.dbsync.engine.wait;

import dev.dbsync.common.fault.ApiException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a writer got inside its transaction.
 *
 * @param transaction its id
 * @param history the history it ran in; absent where the writer took the bare id
 */
record SyncToken(String transaction, Optional<UUID> history) {

    private static final Pattern TEXT =
            Pattern.compile("([1-9][0-9]{0,18})(?:\\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?");

    /** @throws ApiException 400 if it is none */
    static SyncToken of(String text) {
        Matcher parts = TEXT.matcher(text == null ? "" : text);
        if (!parts.matches() || parts.group(1).length() == 19 && parts.group(1).compareTo("9223372036854775807") > 0) {
            throw ApiException.badRequest(
                    "INVALID_TOKEN",
                    "The token must be what SELECT dbsync.sync_token() or pg_current_xact_id() answered inside the transaction");
        }
        return new SyncToken(parts.group(1), Optional.ofNullable(parts.group(2)).map(UUID::fromString));
    }
}
