package dev.dbsync.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.PostgresServer;
import dev.dbsync.harness.TestDatabase;
import java.util.Map;
import java.util.UUID;

/** A tenancy of an installation, with the everyday changes that an application makes to it. */
record Tenant(Installation installation, UUID id, String project, String branch) {

    /** Configures an external database with every mapping. */
    TestDatabase connected() {
        return connected("main");
    }

    /** Likewise, under this id. */
    TestDatabase connected(String database) {
        TestDatabase target = installation.target();
        connect(database, target, Map.of());
        return target;
    }

    /** Likewise, on another server; its databases go with it. */
    TestDatabase connected(PostgresServer server) {
        TestDatabase target = installation.target(server);
        connect("main", target, Map.of());
        return target;
    }

    /** Configures an external database; {@code more} are further fields of the request. */
    void connect(String database, TestDatabase target, Map<String, ?> more) {
        installation
                .admin()
                .connect(id, database, target.connectionString(), more)
                .expectSuccess();
    }

    /** What the status says of one of its external databases. */
    JsonNode database(String database) {
        return named(installation.admin().status(id).at("/sync_engine/external_databases"), "id", database);
    }

    /** What the status says of one mapping in one of its external databases. */
    JsonNode mapping(String database, String mapping) {
        return named(database(database).path("mapping_status"), "mapping_id", mapping);
    }

    /** How many requests of the tenancy there are, whatever their state. */
    long requests() {
        return installation.internal().queryLong("""
                SELECT count(*) FROM dbsync."OutgoingRequest" WHERE "deduplicationKey" = 'sync-engine:' || ?::text
                """, id.toString());
    }

    private static JsonNode named(JsonNode list, String field, String name) {
        for (JsonNode one : list) {
            if (one.path(field).asText().equals(name)) {
                return one;
            }
        }
        throw new IllegalStateException("The status has no " + name);
    }

    UUID user(String displayName) {
        UUID user = UUID.randomUUID();
        user(user, displayName);
        return user;
    }

    void user(UUID user, String displayName) {
        update(
                "INSERT INTO \"ProjectUser\" (\"tenancyId\", \"projectUserId\", \"displayName\") VALUES (?, ?, ?)",
                id,
                user,
                displayName);
    }

    void rename(UUID user, String displayName) {
        update(
                "UPDATE \"ProjectUser\" SET \"displayName\" = ? WHERE \"tenancyId\" = ? AND \"projectUserId\" = ?",
                displayName,
                id,
                user);
    }

    void removeUser(UUID user) {
        update("DELETE FROM \"ProjectUser\" WHERE \"tenancyId\" = ? AND \"projectUserId\" = ?", id, user);
    }

    /** The user's primary address, verified. */
    void email(UUID user, String address) {
        update("""
                INSERT INTO "ContactChannel" ("tenancyId", "projectUserId", "value", "isPrimary", "isVerified")
                VALUES (?, ?, ?, 'TRUE', true)
                ON CONFLICT ("tenancyId", "projectUserId", "type", "isPrimary") DO UPDATE SET "value" = excluded."value"
                """, id, user, address);
    }

    UUID team(String displayName) {
        UUID team = UUID.randomUUID();
        update(
                "INSERT INTO \"Team\" (\"tenancyId\", \"teamId\", \"displayName\") VALUES (?, ?, ?)",
                id,
                team,
                displayName);
        return team;
    }

    void renameTeam(UUID team, String displayName) {
        update("UPDATE \"Team\" SET \"displayName\" = ? WHERE \"teamId\" = ?", displayName, team);
    }

    void member(UUID user, UUID team) {
        update(
                "INSERT INTO \"TeamMember\" (\"tenancyId\", \"projectUserId\", \"teamId\") VALUES (?, ?, ?)",
                id,
                user,
                team);
    }

    UUID invitation(UUID team, String recipient) {
        UUID invitation = UUID.randomUUID();
        update("""
                INSERT INTO "VerificationCode" ("projectId", "branchId", "id", "type", "data", "method")
                VALUES (?, ?, ?, 'TEAM_INVITATION', jsonb_build_object('team_id', ?::text), jsonb_build_object('email', ?::text))
                """, project, branch, invitation, team.toString(), recipient);
        return invitation;
    }

    /** Some of everything: users with all that hangs on them, teams, invitations, e-mails. */
    void everything() {
        installation.internal().execute(Oracle.resource("everything.sql").replace(":tenancy", "'" + id + "'"));
    }

    private void update(String sql, Object... parameters) {
        installation.internal().update(sql, parameters);
    }

    @Override
    public String toString() {
        return "tenant " + id;
    }
}
