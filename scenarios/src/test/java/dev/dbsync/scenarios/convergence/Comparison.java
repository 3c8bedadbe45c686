package dev.dbsync.scenarios.convergence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.harness.TestDatabase;
import dev.dbsync.scenarios.Oracle;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/** Compares a destination with what hand-written queries select from the source: row by row, column by column. */
final class Comparison {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final String AS_LINES = "SELECT to_jsonb(r)::text AS line FROM (%s) AS r";

    /** The operator's own mappings, beside the built-in ones. */
    private static final List<String> OWN = List.of("orders", "order_lines");

    private static final Map<String, List<String>> KEYS = Map.of(
            "team_member_profiles", List.of("team_id", "user_id"),
            "team_permissions", List.of("team_id", "user_id", "permission_id"),
            "project_permissions", List.of("user_id", "permission_id"),
            "order_lines", List.of("order_id", "line"));

    private Comparison() {}

    /**
     * A row that is not as it should be.
     *
     * @param key by target key column
     * @param what {@code missing}, {@code extra}, or the columns that differ
     */
    record Difference(Destination destination, String mapping, Map<String, JsonNode> key, String what) {

        @Override
        public String toString() {
            return destination + ": " + mapping + " " + key + " " + what;
        }
    }

    /** Every mapping there is. */
    static List<String> mappings() {
        return Stream.concat(Oracle.MAPPINGS.stream(), OWN.stream()).toList();
    }

    /** What is different at this moment; empty if nothing is. */
    static List<Difference> of(TestDatabase internal, UUID tenancy, Destination destination, Statistics statistics) {
        var differences = new ArrayList<Difference>();
        for (String mapping : mappings()) {
            Map<Map<String, JsonNode>, JsonNode> expected =
                    rows(internal, mapping, AS_LINES.formatted(oracle(mapping)), tenancy);
            Map<Map<String, JsonNode>, JsonNode> actual = actual(destination, mapping);
            statistics.compared(expected.size());
            var keys = new LinkedHashMap<>(expected);
            keys.putAll(actual);
            keys.keySet().stream()
                    .map(key -> difference(destination, mapping, key, expected.get(key), actual.get(key)))
                    .forEach(differences::addAll);
        }
        return differences;
    }

    private static List<Difference> difference(
            Destination destination, String mapping, Map<String, JsonNode> key, JsonNode expected, JsonNode actual) {
        if (expected == null) {
            return List.of(new Difference(destination, mapping, key, "extra: " + actual));
        }
        if (actual == null) {
            return List.of(new Difference(destination, mapping, key, "missing: " + expected));
        }
        if (expected.equals(actual)) {
            return List.of();
        }
        var columns = new TreeSet<String>();
        expected.fieldNames().forEachRemaining(columns::add);
        actual.fieldNames().forEachRemaining(columns::add);
        var text = new StringBuilder("different:");
        columns.stream()
                .filter(column -> !expected.path(column).equals(actual.path(column)))
                .forEach(column -> text.append(' ')
                        .append(column)
                        .append(" should be ")
                        .append(expected.path(column))
                        .append(" is ")
                        .append(actual.path(column)));
        return List.of(new Difference(destination, mapping, key, text.toString()));
    }

    private static Map<Map<String, JsonNode>, JsonNode> actual(Destination destination, String mapping) {
        String table = "\"" + destination.schema() + "\".\"" + mapping + "\"";
        if (destination.database().queryText("SELECT to_regclass(?)", table) == null) {
            return Map.of(Map.of(), JSON.createObjectNode().put("table", "missing"));
        }
        return rows(destination.database(), mapping, AS_LINES.formatted("SELECT * FROM " + table));
    }

    /** Rows by key. A key that comes twice in the source would be shown as one. */
    private static Map<Map<String, JsonNode>, JsonNode> rows(
            TestDatabase database, String mapping, String sql, Object... parameters) {
        var rows = new LinkedHashMap<Map<String, JsonNode>, JsonNode>();
        for (Map<String, Object> row : database.query(sql, parameters)) {
            JsonNode columns = parsed((String) row.get("line"));
            var key = new TreeMap<String, JsonNode>();
            KEYS.getOrDefault(mapping, List.of("id")).forEach(column -> key.put(column, columns.path(column)));
            rows.put(key, columns);
        }
        return rows;
    }

    private static String oracle(String mapping) {
        return OWN.contains(mapping) ? ownOracle(mapping) : Oracle.query(mapping);
    }

    private static String ownOracle(String mapping) {
        try (InputStream in = Comparison.class.getResourceAsStream("oracle/" + mapping + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
