package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tenant's database should hold: one hand-written query per mapping over the internal database, in
 * {@code oracle/<mapping>.sql}, made from the description of the mappings and not from the mapping files.
 */
public final class Oracle {

    /** Every built-in mapping. */
    public static final List<String> MAPPINGS = List.of(
            "users",
            "contact_channels",
            "teams",
            "team_member_profiles",
            "team_permissions",
            "team_invitations",
            "email_outboxes",
            "project_permissions",
            "notification_preferences",
            "refresh_tokens",
            "connected_accounts");

    private static final String AS_LINES = "SELECT to_jsonb(r)::text AS line FROM (%s) AS r ORDER BY 1";

    private Oracle() {}

    /** Fails unless every table of the target holds exactly what the tenant's rows make of it. */
    static void assertEqual(Tenant tenant, TestDatabase target) {
        assertEqual(tenant, target, "public");
    }

    /** Likewise, in this schema. */
    static void assertEqual(Tenant tenant, TestDatabase target, String schema) {
        for (String mapping : MAPPINGS) {
            assertThat(actual(target, schema, mapping))
                    .as(mapping + " of " + tenant + " in " + target)
                    .isEqualTo(expected(tenant, mapping));
        }
    }

    /** Waits until {@link #assertEqual(Tenant, TestDatabase)} holds. */
    static void awaitEqual(Tenant tenant, TestDatabase target) {
        awaitEqual(tenant, target, "public");
    }

    /** Likewise, in this schema. */
    static void awaitEqual(Tenant tenant, TestDatabase target, String schema) {
        Eventually.holds(() -> assertEqual(tenant, target, schema));
    }

    /** The rows a mapping should make, each as JSON. */
    static List<String> expected(Tenant tenant, String mapping) {
        return lines(tenant.installation().internal(), query(mapping), tenant.id());
    }

    /** The rows that are in the target, each as JSON. */
    static List<String> actual(TestDatabase target, String schema, String mapping) {
        return lines(target, "SELECT * FROM \"" + schema + "\".\"" + mapping + "\"");
    }

    /** Names and types of the columns a mapping should make, in order. */
    static List<String> expectedColumns(Tenant tenant, String mapping) {
        return columns(tenant.installation().internal(), query(mapping));
    }

    /** Names and types of the columns that are in the target, in order. */
    static List<String> actualColumns(TestDatabase target, String mapping) {
        return columns(target, "SELECT * FROM public.\"" + mapping + "\"");
    }

    /** A file beside the queries. */
    public static String resource(String name) {
        try (InputStream in = Oracle.class.getResourceAsStream("oracle/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a file or folder of the scenarios is. */
    public static Path file(String name) {
        try {
            return Path.of(Oracle.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The query of a built-in mapping, with one parameter for the tenancy. */
    public static String query(String mapping) {
        return resource(mapping + ".sql");
    }

    private static List<String> lines(TestDatabase database, String sql, Object... parameters) {
        return database.query(AS_LINES.formatted(sql), parameters).stream()
                .map(row -> (String) row.get("line"))
                .sorted()
                .toList();
    }

    private static List<String> columns(TestDatabase database, String sql) {
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            ResultSetMetaData described = statement.getMetaData();
            var columns = new ArrayList<String>();
            for (int i = 1; i <= described.getColumnCount(); i++) {
                columns.add(described.getColumnName(i) + " " + described.getColumnTypeName(i));
            }
            return columns;
        } catch (SQLException e) {
            throw new IllegalStateException("Failed in " + database, e);
        }
    }
}
