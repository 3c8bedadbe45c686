package dev.dbsync.engine.wait;

import dev.dbsync.engine.wait.Facts.Applied;
import dev.dbsync.engine.wait.Facts.Log;
import dev.dbsync.engine.wait.Facts.Needed;
import dev.dbsync.engine.wait.WaitView.MappingView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * How far one waiter has got. Decides by facts alone; who fetches them, when, is not its business. Used by one thread at a time.
 *
 * <p>The bounds are what keeps it from answering too early and from waiting for ever. Too early: an entry's log id is taken
 * before its transaction commits, so ids say nothing of what is still to appear; but once a snapshot shows the transaction
 * ended, it shows all of its entries. For ever: entries above the bounds are others', written since.
 */
final class Waiter {

    enum Stage {
        ENDING,
        EXPANDING,
        SEQUENCING,
        /** All ids are given; which ones are needed is to be asked. */
        SEQUENCED,
        APPLYING
    }

    private static final Set<String> COPYING = Set.of("copying", "sweeping");

    private final UUID tenancy;
    private final String database;
    private final SyncToken token;
    private Stage stage = Stage.ENDING;
    private long expansions;
    private long changed;
    private long deleted;
    private Map<String, Needed> needed = Map.of();
    private List<MappingView> mappings = List.of();
    private boolean copying;

    Waiter(UUID tenancy, String database, SyncToken token) {
        this.tenancy = tenancy;
        this.database = database;
        this.token = token;
    }

    /** How it ended. */
    record Verdict(boolean reached, Reason reason, List<MappingView> mappings) {}

    UUID tenancy() {
        return tenancy;
    }

    String database() {
        return database;
    }

    SyncToken token() {
        return token;
    }

    Stage stage() {
        return stage;
    }

    long expansions() {
        return expansions;
    }

    long changed() {
        return changed;
    }

    long deleted() {
        return deleted;
    }

    /** Goes as many stages on as one snapshot allows. */
    Optional<Verdict> see(Log log) {
        if (log.moved()) {
            return Optional.empty();
        }
        if (isOfAnotherHistory(log.history())) {
            return lost();
        }
        boolean expanding = log.expanding();
        boolean sequencing = log.sequencing();
        if (stage == Stage.ENDING) {
            if ("future".equals(log.state())) {
                return no(
                        "TRANSACTION_UNKNOWN",
                        "No transaction of the internal database has had this id yet",
                        "Take the token inside the transaction, on the server whose changes are synced");
            }
            if (!log.ended()) {
                return Optional.empty();
            }
            if ("aborted".equals(log.state())) {
                return no(
                        "TRANSACTION_ROLLED_BACK",
                        "The transaction was rolled back, so nothing of it will arrive",
                        null);
            }
            expansions = log.newestExpansion();
            expanding = expansions > 0;
            stage = Stage.EXPANDING;
        }
        if (stage == Stage.EXPANDING && !expanding) {
            changed = log.newestChanged();
            deleted = log.newestDeleted();
            sequencing = changed > 0 || deleted > 0;
            stage = Stage.SEQUENCING;
        }
        if (stage == Stage.SEQUENCING && !sequencing) {
            stage = Stage.SEQUENCED;
        } else if (!log.sequencerEnabled()) {
            return no("SWITCHED_OFF", "The sequencer is switched off by the fusebox", "Switch it on again");
        }
        return Optional.empty();
    }

    /** What each mapping must have applied, asked for after all ids were given. */
    void need(Map<String, Needed> byMapping) {
        needed = byMapping;
        stage = Stage.APPLYING;
    }

    /** Whether everything is there, or why it will not be. */
    Optional<Verdict> see(Applied applied) {
        if (!applied.found()) {
            return no("DATABASE_DELETED", "The external database has been deleted", null);
        }
        if (applied.moved()) {
            return Optional.empty();
        }
        if (isOfAnotherHistory(applied.history())) {
            return lost();
        }
        mappings = needed.entrySet().stream()
                .filter(each -> applied.chosen() == null || applied.chosen().contains(each.getKey()))
                .map(each ->
                        view(each.getKey(), each.getValue(), applied.mappings().get(each.getKey())))
                .toList();
        copying = mappings.stream().anyMatch(mapping -> COPYING.contains(mapping.state()));
        if (mappings.stream().allMatch(MappingView::reached)) {
            boolean complete = mappings.stream()
                    .allMatch(mapping -> mapping.quarantinedRows().equals("0"));
            return complete
                    ? Optional.of(new Verdict(true, null, mappings))
                    : no(
                            "ROWS_QUARANTINED",
                            "The database refuses rows of this tenancy; the transaction's may be among them",
                            "Look at the quarantined rows");
        }
        if (applied.paused()) {
            return no("DATABASE_PAUSED", "The external database is paused or disabled", "Resume it");
        }
        if (!applied.enginesEnabled()) {
            return no("SWITCHED_OFF", "Poller or engine are switched off by the fusebox", "Switch them on again");
        }
        if (applied.fault() != null) {
            return Optional.of(new Verdict(false, applied.fault(), mappings));
        }
        return mappings.stream()
                .filter(mapping -> !mapping.reached())
                .map(mapping -> applied.mappings().get(mapping.mappingId()))
                .filter(mirror -> mirror != null && mirror.fault() != null)
                .findFirst()
                .map(mirror -> new Verdict(false, mirror.fault(), mappings));
    }

    /** What there is to say when the time is over. */
    Verdict timedOut() {
        Reason reason = switch (stage) {
            case ENDING -> new Reason("TRANSACTION_OPEN", "The transaction has not ended yet", null);
            case EXPANDING, SEQUENCING ->
                new Reason("NOT_SEQUENCED_YET", "The transaction's changes have no sequence ids yet", null);
            case SEQUENCED, APPLYING ->
                copying
                        ? new Reason("COPY_UNDER_WAY", "Rows of the tenancy are being copied as a whole", null)
                        : new Reason("NOT_APPLIED_YET", "The database does not have everything yet", null);
        };
        return new Verdict(false, reason, mappings);
    }

    private static MappingView view(String id, Needed needed, Facts.Mapping mirror) {
        if (mirror == null) {
            return new MappingView(id, false, "pending", Long.toString(needed.sequenceId()), null, "0");
        }
        // A copy that is under way has a position already, at its start.
        boolean reached = mirror.state().equals("following")
                && mirror.sequenceId() != null
                && mirror.sequenceId() >= needed.sequenceId()
                && mirror.generation() != null
                && mirror.generation() >= needed.generation();
        return new MappingView(
                id,
                reached,
                mirror.fault() == null ? mirror.state() : "error",
                Long.toString(needed.sequenceId()),
                mirror.sequenceId() == null ? null : Long.toString(mirror.sequenceId()),
                Long.toString(mirror.quarantined()));
    }

    private boolean isOfAnotherHistory(UUID present) {
        return token.history().isPresent() && !token.history().get().equals(present);
    }

    private Optional<Verdict> lost() {
        return no(
                "SOURCE_FAILED_OVER",
                "The internal database has failed over or was restored since; the transaction may have been lost",
                "Look in the internal database whether the change is there, and take a new token");
    }

    private Optional<Verdict> no(String code, String message, String remedy) {
        return Optional.of(new Verdict(false, new Reason(code, message, remedy), mappings));
    }
}
