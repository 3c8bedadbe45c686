package dev.dbsync.engine.admin;

import dev.dbsync.common.fault.ApiException;
import java.util.UUID;
import java.util.regex.Pattern;

/** Reads the ids that addresses are made of. */
public final class Identifiers {

    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern DATABASE_ID = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    private Identifiers() {}

    /** @throws ApiException 400 if it is no uuid in its usual form */
    public static UUID tenancy(String text) {
        if (text == null || !UUID_TEXT.matcher(text).matches()) {
            throw ApiException.badRequest(
                    "INVALID_TENANCY_ID",
                    "The tenancy's id must be a uuid such as 7d5f0f8e-6a9f-4a3e-9f58-3f4a4a1f7b1a");
        }
        return UUID.fromString(text);
    }

    /** @throws ApiException 400 if no external database can be called so */
    public static String database(String text) {
        if (!DATABASE_ID.matcher(text).matches()) {
            throw ApiException.badRequest(
                    "INVALID_ID", "An external database's id is 1 to 63 letters, digits, '_' and '-' of ASCII");
        }
        return text;
    }
}
