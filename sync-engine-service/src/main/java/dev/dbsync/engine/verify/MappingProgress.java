package dev.dbsync.engine.verify;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How far a verification has come with one mapping, as it is written down after every step. For one thread. */
final class MappingProgress {

    /** What a mapping came to. */
    enum Result {
        /** Everything that is there is right, and nothing is missing; what differed has been written anew. */
        IDENTICAL,
        /** Some keys differ. */
        DIFFERENT,
        /** The target was restored, truncated or altered: the engine copies the mapping again. */
        COPIED_AGAIN,
        /** It was not at rest: it was being copied. */
        NOT_FOLLOWING,
        /** Some keys were in flight for as long as they were looked at; of the others none differs. */
        UNDECIDED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A key that differs, as it is shown. */
    record Found(String kind, List<String> key) {}

    final int ordinal;
    final String mappingId;
    boolean started;
    Long sequenceId;

    /** Null until every range was compared. */
    OffsetDateTime comparedAt;

    boolean compared;

    /** Where the next range begins; null at the beginning, and behind the last. */
    List<String> cursor;

    List<List<String>> candidates = new ArrayList<>();
    List<List<String>> owed = new ArrayList<>();
    long rowsCompared;
    long missing;
    long extra;
    long different;
    long quarantined;
    long undecided;
    long repaired;
    List<Found> found = new ArrayList<>();
    Result result;
    String reason;
    OffsetDateTime finishedAt;

    MappingProgress(int ordinal, String mappingId) {
        this.ordinal = ordinal;
        this.mappingId = mappingId;
    }

    /** Keys that were found to differ. */
    long differences() {
        return missing + extra + different;
    }

    /** Those of them that still do. */
    long left() {
        return Math.max(0, differences() - repaired);
    }

    boolean finished() {
        return result != null;
    }

    void finish(Result how, String why) {
        result = how;
        reason = why;
        candidates = new ArrayList<>();
        owed = new ArrayList<>();
    }

    /** What the counters come to. */
    void conclude() {
        Result how = left() > 0 ? Result.DIFFERENT : undecided > 0 ? Result.UNDECIDED : Result.IDENTICAL;
        finish(how, null);
    }
}
