package dev.dbsync.engine.preflight;

import static dev.dbsync.engine.preflight.PreflightCheck.failed;
import static dev.dbsync.engine.preflight.PreflightCheck.passed;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.target.TargetFault;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The checks that ask the database itself, in one read-only transaction. */
final class TargetInspection {

    private static final int OLDEST_VERSION = 120000;
    private static final String OWNER_TABLE = "_external_db_sync_owner";
    private static final String OUR_COMMENT = "External DB Sync: mapping ";

    private static final Sql SERVER = Sql.resource(TargetInspection.class, "server.sql");
    private static final Sql SCHEMA = Sql.resource(TargetInspection.class, "schema.sql");
    private static final Sql TABLES = Sql.resource(TargetInspection.class, "tables.sql");

    private final Connection connection;
    private final String schema;
    private boolean usable;

    TargetInspection(Connection connection, String schema) {
        this.connection = connection;
        this.schema = schema;
    }

    /**
     * Settings hold for the transaction alone: behind a pooler the session is not ours. Names are the server's own, whatever the
     * tenant has called alike.
     */
    void begin() throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = '10s'");
            statement.execute("SET LOCAL lock_timeout = '5s'");
            statement.execute("SET LOCAL search_path = pg_catalog, pg_temp");
            statement.execute("SET LOCAL row_security = off");
        }
    }

    PreflightCheck serverVersion() throws SQLException {
        try (PreparedStatement statement = prepare(SERVER, Map.of());
                ResultSet row = statement.executeQuery()) {
            row.next();
            String version =
                    "The server is PostgreSQL " + row.getString("version_text").split(" ")[0];
            if (row.getInt("version") < OLDEST_VERSION) {
                return failed("server_version", version, "Use PostgreSQL 12 or newer");
            }
            if (row.getBoolean("is_replica")) {
                return failed("server_version", version + " but a read-only replica", "Connect to the primary server");
            }
            return passed("server_version", version);
        }
    }

    List<PreflightCheck> schema() throws SQLException {
        try (PreparedStatement statement = prepare(SCHEMA, Map.of("schema", schema));
                ResultSet row = statement.executeQuery()) {
            row.next();
            String role = row.getString("role_name");
            if (!row.getBoolean("schema_exists")) {
                usable = row.getBoolean("may_create_schema");
                return usable
                        ? List.of(
                                passed("schema", "The schema '" + schema + "' does not exist yet and will be created"),
                                passed("privileges", "The role may create schemas in this database"))
                        : List.of(failed(
                                "schema",
                                "The schema '" + schema + "' does not exist and the role may not create it",
                                "CREATE SCHEMA " + quoted(schema) + " AUTHORIZATION " + quoted(role)));
            }
            usable = row.getBoolean("may_create_tables");
            return List.of(
                    passed("schema", "The schema '" + schema + "' exists"),
                    usable
                            ? passed("privileges", "The role may create tables in it")
                            : failed(
                                    "privileges",
                                    "The role '" + role + "' may not create tables in it",
                                    "GRANT USAGE, CREATE ON SCHEMA " + quoted(schema) + " TO " + quoted(role)));
        }
    }

    /** Whether {@link #schema()} found a schema that tables can be made in, now or once it is created. */
    boolean schemaIsUsable() {
        return usable;
    }

    PreflightCheck owner(Owner wanted) throws SQLException {
        List<Relation> found = relations(List.of(OWNER_TABLE));
        if (found.isEmpty()) {
            return passed("owner", "The schema belongs to no tenancy yet");
        }
        if (!found.get(0).isTable() || !found.get(0).isOwner()) {
            return failed(
                    "owner",
                    "The schema has a relation " + OWNER_TABLE + " that this role cannot have made",
                    "Connect with the role that was used before, or use another schema");
        }
        try {
            return owner(wanted, ownerRow());
        } catch (SQLException e) {
            if (!TargetFault.from(e).code().equals("TARGET_TABLE_ALTERED")) {
                throw e;
            }
            return failed(
                    "owner",
                    "The schema has a table " + OWNER_TABLE + " of another shape than ours",
                    "Drop that table if nothing uses it, or use another schema");
        }
    }

    private Optional<Owner> ownerRow() throws SQLException {
        String query =
                "SELECT tenancy_id, destination_id, installation_id FROM " + quoted(schema) + "." + quoted(OWNER_TABLE);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next()
                    ? Optional.of(new Owner(
                            row.getObject(1, UUID.class), row.getObject(2, UUID.class), row.getObject(3, UUID.class)))
                    : Optional.empty();
        }
    }

    private static PreflightCheck owner(Owner wanted, Optional<Owner> found) {
        if (found.isEmpty()) {
            return passed("owner", "The schema belongs to no tenancy yet");
        }
        Owner owner = found.get();
        if (!wanted.tenancyId().equals(owner.tenancyId())
                || !wanted.installationId().equals(owner.installationId())) {
            return failed(
                    "owner",
                    "The schema belongs to another tenancy or another installation",
                    "Give this external database a schema of its own");
        }
        return passed(
                "owner",
                wanted.destinationId().equals(owner.destinationId())
                        ? "The schema belongs to this external database"
                        : "The schema belongs to another external database of this tenancy and is taken over once that one"
                                + " is deleted");
    }

    PreflightCheck tables(List<String> names) throws SQLException {
        List<String> foreign = new ArrayList<>();
        List<String> notOwned = new ArrayList<>();
        List<Relation> found = relations(names);
        for (Relation relation : found) {
            if (!relation.isTable()
                    || relation.comment() == null
                    || !relation.comment().startsWith(OUR_COMMENT)) {
                foreign.add(relation.name());
            } else if (!relation.isOwner()) {
                notOwned.add(relation.name());
            }
        }
        if (!foreign.isEmpty()) {
            return failed(
                    "tables",
                    "There are relations that we did not make: " + String.join(", ", foreign),
                    "Rename or drop them, or use another schema");
        }
        if (!notOwned.isEmpty()) {
            return failed(
                    "tables",
                    "The role does not own these synced tables: " + String.join(", ", notOwned),
                    "Connect with the role that was used before, or make this one their owner");
        }
        return passed("tables", "Of " + names.size() + " tables " + found.size() + " are there and ours");
    }

    private record Relation(String name, boolean isTable, String comment, boolean isOwner) {}

    private List<Relation> relations(List<String> names) throws SQLException {
        var found = new ArrayList<Relation>();
        Map<String, Object> arguments = Map.of("schema", schema, "tables", names.toArray(String[]::new));
        try (PreparedStatement statement = prepare(TABLES, arguments);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(new Relation(
                        row.getString("name"),
                        row.getBoolean("is_table"),
                        row.getString("comment"),
                        row.getBoolean("is_owner")));
            }
        }
        return found;
    }

    private PreparedStatement prepare(Sql sql, Map<String, ?> arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.jdbc());
        sql.bind(statement, arguments);
        return statement;
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
