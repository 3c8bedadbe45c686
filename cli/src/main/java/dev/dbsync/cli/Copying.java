package dev.dbsync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Watches a database being copied again, one status after the other.
 *
 * <p>A mapping is done once it follows again after it was seen copying. A small copy may be over between two looks: it is known by the
 * database's success since, and by its tenancy having no request for a while, so that what was asked for was not merely put off.
 */
final class Copying {

    private static final String FOLLOWING = "following";

    /** In a row: longer than what had no room is put off for. */
    private static final int QUIET_LOOKS = 4;

    private final String database;
    private final List<String> mappings;
    private final long askedAtMillis;
    private final Set<String> begun = new HashSet<>();
    private final Set<String> done = new HashSet<>();
    private final List<String> failing = new ArrayList<>();
    private int quietLooks;
    private String text = "";
    private double parts;

    /**
     * @param mappings that are to be copied
     * @param askedAtMillis a moment before that was asked for, by the engine's clock
     */
    Copying(String database, List<String> mappings, long askedAtMillis) {
        this.database = database;
        this.mappings = mappings;
        this.askedAtMillis = askedAtMillis;
    }

    /** Looks at what the status says of the tenancy now. */
    void look(JsonNode status) {
        JsonNode poller = status.path("poller");
        long requests = poller.path("pending").asLong()
                + poller.path("in_flight").asLong()
                + poller.path("retrying").asLong();
        quietLooks = requests == 0 ? quietLooks + 1 : 0;
        failing.clear();
        parts = 0;
        text = "";
        for (JsonNode one : status.path("sync_engine").path("external_databases")) {
            if (one.path("id").asText().equals(database)) {
                refuseWhatWaits(one);
                fail(one, database);
                boolean through = quietLooks >= QUIET_LOOKS
                        && one.path("last_success_at_millis").asLong() > askedAtMillis;
                one.path("mapping_status").forEach(mapping -> look(mapping, through));
            }
        }
    }

    private void look(JsonNode mapping, boolean through) {
        String id = mapping.path("mapping_id").asText();
        if (!mappings.contains(id)) {
            return;
        }
        fail(mapping, id);
        if (mapping.path("state").asText().equals(FOLLOWING)) {
            if (begun.contains(id) || through) {
                done.add(id);
            }
        } else {
            begun.add(id);
            done.remove(id);
        }
        JsonNode copy = mapping.path("copy");
        if (done.contains(id)) {
            parts++;
        } else if (copy.isObject()) {
            double total = copy.path("rows_total_estimate").asDouble();
            parts += total > 0 ? Math.min(1, copy.path("rows_copied").asDouble() / total) : 0;
            text = id + ": " + copy.path("rows_copied").asText() + rows(copy);
        }
    }

    private void refuseWhatWaits(JsonNode one) {
        if (one.path("paused").asBoolean() || !one.path("enabled").asBoolean()) {
            throw new Problem(
                    1, database + " is paused or disabled: it is copied once it is resumed, which is not waited for");
        }
    }

    private void fail(JsonNode named, String name) {
        if (named.path("error").isObject()) {
            failing.add(name + ": " + named.path("error").path("code").asText());
        }
    }

    private static String rows(JsonNode copy) {
        String of = copy.path("rows_total_estimate").isNull()
                ? " rows"
                : " of about " + copy.path("rows_total_estimate").asText() + " rows";
        JsonNode left = copy.path("left_millis");
        return left.isNull() || left.isMissingNode() ? of : of + ", " + Databases.time(left) + " left";
    }

    boolean over() {
        return done.containsAll(mappings);
    }

    OptionalDouble part() {
        return mappings.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(parts / mappings.size());
    }

    /** For the line beside the bar. */
    String text() {
        String state = done.size() + " of " + mappings.size() + " mappings";
        if (!failing.isEmpty()) {
            return state + "; " + String.join(", ", failing);
        }
        return text.isEmpty() ? state : state + "; " + text;
    }
}
