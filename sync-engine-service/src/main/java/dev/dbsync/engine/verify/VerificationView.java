package dev.dbsync.engine.verify;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;

/**
 * A verification as the operator sees it.
 *
 * @param state {@code waiting}, {@code running}, {@code done}, {@code failed} or {@code cancelled}
 * @param origin {@code operator} or {@code scrubber}
 * @param error why it failed, or null
 */
@JsonNaming(SnakeCaseStrategy.class)
public record VerificationView(
        String id,
        String state,
        String origin,
        boolean repair,
        long createdAtMillis,
        Long startedAtMillis,
        Long finishedAtMillis,
        Error error,
        List<MappingView> mappings) {

    /** Why it failed. */
    public record Error(String code, String message) {}

    /**
     * What was found of one mapping.
     *
     * @param result null while under way; {@code identical}, {@code different}, {@code copied_again}, {@code not_following} or
     *     {@code undecided}
     * @param reason why it is copied again, or was not compared
     * @param sequenceId the target had passed this id before anything was compared
     * @param quarantined rows that differ because the target refuses them; no differences
     * @param undecided rows that were in flight whenever they were looked at
     * @param keys some of the keys that differ
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record MappingView(
            String mappingId,
            String result,
            String reason,
            String sequenceId,
            String rowsCompared,
            String missing,
            String extra,
            String different,
            String repaired,
            String quarantined,
            String undecided,
            List<KeyView> keys,
            Long finishedAtMillis) {}

    /**
     * A key that differs.
     *
     * @param kind {@code missing}, {@code extra} or {@code different}
     * @param key target column to text
     */
    public record KeyView(String kind, Map<String, String> key) {}

    /** A database's verifications, the newest first. */
    public record Listing(boolean ok, List<VerificationView> verifications) {}

    /** The answer to a request for one. */
    public record Begun(boolean ok, VerificationView verification) {}
}
