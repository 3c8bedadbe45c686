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
import java.sql.ResultSet;
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
        try (Connection source = tenant.installation().internal().connect();
                Connection copy = target.connect()) {
            for (String mapping : MAPPINGS) {
                assertThat(lines(copy, all(schema, mapping)))
                        .as(mapping + " of " + tenant + " in " + target)
                        .isEqualTo(lines(source, query(mapping), tenant.id()));
            }
        } catch (SQLException e) {
            throw failed(target, e);
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
        return lines(target, all(schema, mapping));
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

    private static String all(String schema, String mapping) {
        return "SELECT * FROM \"" + schema + "\".\"" + mapping + "\"";
    }

    private static List<String> lines(TestDatabase database, String sql, Object... parameters) {
        try (Connection connection = database.connect()) {
            return lines(connection, sql, parameters);
        } catch (SQLException e) {
            throw failed(database, e);
        }
    }

    private static List<String> lines(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(AS_LINES.formatted(sql))) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            var lines = new ArrayList<String>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
            return lines.stream().sorted().toList();
        }
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
            throw failed(database, e);
        }
    }

    private static IllegalStateException failed(TestDatabase database, SQLException e) {
        return new IllegalStateException(
                "Failed in " + database + ", or in the internal database: " + e.getMessage(), e);
    }
}
