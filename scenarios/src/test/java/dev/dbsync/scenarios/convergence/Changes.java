package dev.dbsync.scenarios.convergence;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The operations that histories are made of, over few hot keys of every mapped table. Most find nothing to do now and then,
 * and some fail: that is an application's life. What a row shows of its tenancy ({@code 't0'} and the like) goes with it when
 * it moves, so that a row in a wrong target can be told by looking at it.
 */
final class Changes {

    /** Three with destinations, one without. */
    static final int TENANTS = 4;

    /** The number of the user that no history deletes or moves. */
    static final int ANCHOR = 999;

    private static final int USERS = 5;
    private static final int TEAMS = 3;
    private static final int CHANNELS = 6;
    private static final int PERMISSIONS = 3;
    private static final int INVITATIONS = 4;
    private static final int ORDERS = 6;
    private static final int PROJECTS = 7;
    private static final int BULK = 150;

    /** How many cold keys there are for each hot one. */
    private static final int COLD = 8;

    /** What hangs on a user and keeps its key from changing, in an order in which it can go. */
    private static final List<String> OF_USERS = List.of(
            "ContactChannel",
            "TeamMember",
            "ProjectUserDirectPermission",
            "UserNotificationPreference",
            "ProjectUserRefreshToken",
            "ProjectUserOAuthAccount");

    private final RandomGenerator random;
    private final List<Weighted> catalogue = new ArrayList<>();
    private int weights;

    private record Weighted(int weight, String kind, Maker maker) {}

    private interface Maker {
        String sql(int tenant);
    }

    Changes(RandomGenerator random) {
        this.random = random;
        users();
        channels();
        teams();
        members();
        permissions();
        invitations();
        tenancies();
        others();
        orders();
    }

    /** Any operation but a truncate. */
    Change next() {
        int drawn = random.nextInt(weights);
        for (Weighted each : catalogue) {
            drawn -= each.weight();
            if (drawn < 0) {
                return new Change(each.kind(), each.maker().sql(tenant()));
            }
        }
        throw new IllegalStateException();
    }

    /** Takes every tenant's rows of a table at once. */
    Change truncate() {
        String table = one(
                "\"ContactChannel\"",
                "\"EmailOutbox\"",
                "\"TeamMemberDirectPermission\"",
                "\"VerificationCode\"",
                "\"Team\" CASCADE",
                "shop.order_lines",
                "shop.orders CASCADE");
        return new Change("truncate", "TRUNCATE " + table);
    }

    /** A change that is undone within its transaction. */
    static Change undone(Change change) {
        return new Change("savepoint", "SAVEPOINT s;\n    " + change.sql() + ";\n    ROLLBACK TO SAVEPOINT s");
    }

    /** What must be there for anything else. */
    static List<Change> beginnings() {
        return Stream.iterate(0, n -> n + 1)
                .limit(TENANTS)
                .flatMap(t -> Stream.of(
                        new Change("tenancy", """
                                INSERT INTO "Tenancy" ("id", "projectId") VALUES ('{t%d}', '{p%d}')""".formatted(t, t)), new Change("user", """
                                INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName", "profileImageUrl")
                                VALUES ('{t%d}', '{u%d}', 'Anchor', 't%d')""".formatted(t, ANCHOR, t))))
                .toList();
    }

    private void users() {
        add(
                8,
                "insert",
                t ->
                        "INSERT INTO \"ProjectUser\" (\"tenancyId\", \"projectUserId\", \"displayName\", \"profileImageUrl\", \"isAnonymous\","
                                + " \"serverMetadata\") VALUES (" + tenancy(t) + ", " + user() + ", " + text() + ", "
                                + mark(t)
                                + ", "
                                + random.nextBoolean() + ", " + json() + ") ON CONFLICT DO NOTHING");
        add(
                3,
                "upsert",
                t ->
                        "INSERT INTO \"ProjectUser\" (\"tenancyId\", \"projectUserId\", \"displayName\", \"profileImageUrl\") VALUES ("
                                + tenancy(t) + ", " + user() + ", " + text() + ", " + mark(t)
                                + ") ON CONFLICT (\"tenancyId\", \"projectUserId\") DO UPDATE SET \"displayName\" = excluded.\"displayName\"");
        add(
                9,
                "update",
                t -> "UPDATE \"ProjectUser\" SET \"displayName\" = " + text() + ", \"clientMetadata\" = " + json()
                        + where(t) + and("projectUserId", user()));
        add(1, "update", t -> "UPDATE \"ProjectUser\" SET \"displayName\" = \"displayName\"" + where(t));
        add(2, "update", t -> "UPDATE \"ProjectUser\" SET \"signedUpAt\" = " + time() + where(t));
        add(4, "delete", t -> delete("ProjectUser", t) + and("projectUserId", user()));
        add(3, "re-insert", t -> {
            String user = user();
            return delete("ProjectUser", t) + and("projectUserId", user) + ";\n    "
                    + """
                    INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName", "profileImageUrl")
                    VALUES (%s, %s, %s, %s)""".formatted(tenancy(t), user, text(), mark(t));
        });
        add(2, "key change", t -> {
            String user = user();
            return strip(t, user) + "UPDATE \"ProjectUser\" SET \"projectUserId\" = " + user() + where(t)
                    + and("projectUserId", user);
        });
        add(2, "key swap", t -> {
            String one = user();
            String two = user();
            String set = "UPDATE \"ProjectUser\" SET \"projectUserId\" = ";
            return strip(t, one) + strip(t, two) + set + "'{swapping}'" + where(t) + and("projectUserId", one)
                    + ";\n    " + set + one + where(t) + and("projectUserId", two) + ";\n    " + set + two + where(t)
                    + and("projectUserId", "'{swapping}'");
        });
        add(3, "tenancy move", t -> {
            String user = user();
            int to = tenant();
            return strip(t, user) + "UPDATE \"ProjectUser\" SET \"tenancyId\" = " + tenancy(to)
                    + ", \"profileImageUrl\" = " + mark(to) + where(t) + and("projectUserId", user);
        });
    }

    private void channels() {
        add(
                7,
                "insert dependent",
                t ->
                        "INSERT INTO \"ContactChannel\" (\"tenancyId\", \"projectUserId\", \"id\", \"value\", \"isPrimary\", \"isVerified\")"
                                + " SELECT \"tenancyId\", \"projectUserId\", " + channel() + ", " + address(t) + ", "
                                + one("'TRUE'", "NULL") + "::\"BooleanTrue\", " + random.nextBoolean()
                                + " FROM \"ProjectUser\""
                                + where(t)
                                + and("projectUserId", user()) + " ON CONFLICT DO NOTHING");
        add(
                5,
                "upsert dependent",
                t -> "INSERT INTO \"ContactChannel\" (\"tenancyId\", \"projectUserId\", \"value\", \"isPrimary\")"
                        + " SELECT \"tenancyId\", \"projectUserId\", " + address(t)
                        + ", 'TRUE' FROM \"ProjectUser\"" + where(t) + and("projectUserId", user())
                        + " ON CONFLICT (\"tenancyId\", \"projectUserId\", \"type\", \"isPrimary\") DO UPDATE SET \"value\" = excluded.\"value\"");
        add(
                5,
                "update dependent",
                t -> "UPDATE \"ContactChannel\" SET \"value\" = " + address(t) + where(t)
                        + and("projectUserId", user()));
        add(2, "update dependent", t -> "UPDATE \"ContactChannel\" SET \"isVerified\" = NOT \"isVerified\"" + where(t));
        add(
                2,
                "update dependent",
                t -> "UPDATE \"ContactChannel\" SET \"isPrimary\" = NULL" + where(t) + and("projectUserId", user()));
        add(
                3,
                "update dependent",
                t -> "UPDATE \"ContactChannel\" SET \"isPrimary\" = 'TRUE'" + where(t) + and("id", channel()));
        add(3, "delete dependent", t -> delete("ContactChannel", t) + and("projectUserId", user()));
        add(
                3,
                "key change",
                t -> "UPDATE \"ContactChannel\" SET \"projectUserId\" = " + user() + where(t) + and("id", channel()));
        add(
                2,
                "key change",
                t -> "UPDATE \"ContactChannel\" SET \"id\" = " + channel() + where(t) + and("id", channel()));
        add(2, "tenancy move", t -> {
            int to = tenant();
            return "UPDATE \"ContactChannel\" SET \"tenancyId\" = " + tenancy(to) + ", \"projectUserId\" = " + user()
                    + ", \"value\" = " + address(to) + where(t) + and("id", channel());
        });
    }

    private void teams() {
        add(
                6,
                "insert",
                t -> "INSERT INTO \"Team\" (\"tenancyId\", \"teamId\", \"displayName\", \"profileImageUrl\") VALUES ("
                        + tenancy(t) + ", " + team() + ", " + text() + ", " + mark(t) + ") ON CONFLICT DO NOTHING");
        add(5, "update", t -> "UPDATE \"Team\" SET \"displayName\" = " + text() + where(t) + and("teamId", team()));
        add(2, "delete", t -> delete("Team", t) + and("teamId", team()));
        add(2, "key change", t -> {
            String team = team();
            return delete("TeamMember", t) + and("teamId", team) + ";\n    UPDATE \"Team\" SET \"teamId\" = " + team()
                    + where(t) + and("teamId", team);
        });
        add(1, "tenancy move", t -> {
            String team = team();
            int to = tenant();
            return delete("TeamMember", t) + and("teamId", team) + ";\n    UPDATE \"Team\" SET \"tenancyId\" = "
                    + tenancy(to) + ", \"profileImageUrl\" = " + mark(to) + where(t) + and("teamId", team);
        });
    }

    private void members() {
        add(7, "insert dependent", t -> """
                INSERT INTO "TeamMember" ("tenancyId", "projectUserId", "teamId", "displayName", "profileImageUrl")
                SELECT u."tenancyId", u."projectUserId", t."teamId", %s, %s
                FROM "ProjectUser" AS u JOIN "Team" AS t USING ("tenancyId")
                WHERE u."tenancyId" = %s AND u."projectUserId" = %s AND t."teamId" = %s ON CONFLICT DO NOTHING""".formatted(text(), mark(t), tenancy(t), user(), team()));
        add(
                3,
                "update dependent",
                t -> "UPDATE \"TeamMember\" SET \"displayName\" = " + text() + where(t) + and("projectUserId", user()));
        add(2, "delete dependent", t -> delete("TeamMember", t) + and("projectUserId", user()) + and("teamId", team()));
        add(
                2,
                "key change",
                t -> "UPDATE \"TeamMember\" SET \"teamId\" = " + team() + where(t) + and("projectUserId", user())
                        + and("teamId", team()));
    }

    private void permissions() {
        add(6, "insert", t -> """
                INSERT INTO "TeamMemberDirectPermission" ("id", "tenancyId", "projectUserId", "teamId", "permissionId")
                SELECT %s, "tenancyId", "projectUserId", "teamId", %s FROM "TeamMember"
                WHERE "tenancyId" = %s AND "projectUserId" = %s LIMIT 1
                ON CONFLICT DO NOTHING""".formatted(permissionId(), permission(), tenancy(t), user()));
        add(
                4,
                "target key change",
                t -> "UPDATE \"TeamMemberDirectPermission\" SET \"permissionId\" = " + permission() + where(t)
                        + and("id", permissionId()));
        add(
                3,
                "key change",
                t -> "UPDATE \"TeamMemberDirectPermission\" SET \"id\" = " + permissionId() + where(t)
                        + and("id", permissionId()));
        add(3, "key change", t -> "UPDATE \"TeamMemberDirectPermission\" SET \"id\" = gen_random_uuid()" + where(t));
        add(
                3,
                "delete",
                t -> delete("TeamMemberDirectPermission", t)
                        + and("permissionId", permission())
                        + and("projectUserId", user()));
        add(5, "insert", t -> """
                INSERT INTO "ProjectUserDirectPermission" ("id", "tenancyId", "projectUserId", "permissionId")
                SELECT %s, "tenancyId", "projectUserId", %s FROM "ProjectUser" WHERE "tenancyId" = %s AND "projectUserId" = %s
                ON CONFLICT DO NOTHING""".formatted(permissionId(), permission(), tenancy(t), user()));
        add(3, "re-insert", t -> {
            String user = user();
            String permission = permission();
            return delete("ProjectUserDirectPermission", t) + and("projectUserId", user)
                    + and("permissionId", permission) + ";\n    " + """
                    INSERT INTO "ProjectUserDirectPermission" ("tenancyId", "projectUserId", "permissionId")
                    SELECT "tenancyId", "projectUserId", %s FROM "ProjectUser" WHERE "tenancyId" = %s AND "projectUserId" = %s""".formatted(permission, tenancy(t), user);
        });
        add(
                3,
                "target key change",
                t -> "UPDATE \"ProjectUserDirectPermission\" SET \"permissionId\" = " + permission()
                        + ", \"projectUserId\" = "
                        + user() + where(t) + and("id", permissionId()));
        add(
                2,
                "tenancy move",
                t -> "UPDATE \"ProjectUserDirectPermission\" SET \"tenancyId\" = " + tenancy(tenant()) + where(t)
                        + and("id", permissionId()));
        add(2, "delete", t -> delete("ProjectUserDirectPermission", t) + and("permissionId", permission()));
    }

    private void invitations() {
        add(7, "insert", t -> """
                INSERT INTO "VerificationCode" ("projectId", "branchId", "id", "type", "data", "method")
                SELECT "projectId", "branchId", %s, 'TEAM_INVITATION', jsonb_build_object('team_id', %s), '{"email": "guest@example.org"}'
                FROM "Tenancy" WHERE "id" = %s ON CONFLICT DO NOTHING""".formatted(invitation(), team(), tenancy(t)));
        add(3, "insert", t -> """
                INSERT INTO "VerificationCode" ("projectId", "branchId", "id", "type", "data")
                VALUES ('%s', 'main', %s, %s, jsonb_build_object('team_id', %s)) ON CONFLICT DO NOTHING""".formatted(
                        project(),
                        invitation(),
                        one("'TEAM_INVITATION'", "'TEAM_INVITATION'", "'PASSWORD_RESET'"),
                        one(team(), team(), "'no uuid'")));
        add(
                3,
                "update",
                t -> "UPDATE \"VerificationCode\" SET \"data\" = jsonb_build_object('team_id', " + team()
                        + ") WHERE \"id\" = " + invitation() + " AND " + ofProject(t));
        add(
                2,
                "update",
                t -> "UPDATE \"VerificationCode\" SET \"type\" = "
                        + one("'TEAM_INVITATION'", "'TEAM_INVITATION'", "'PASSWORD_RESET'") + " WHERE \"id\" = "
                        + invitation() + " AND " + ofProject(t));
        add(
                3,
                "tenancy move",
                t -> "UPDATE \"VerificationCode\" SET \"projectId\" = '" + project() + "' WHERE \"id\" = "
                        + invitation() + " AND " + ofProject(t));
        add(
                1,
                "key change",
                t -> "UPDATE \"VerificationCode\" SET \"id\" = " + invitation() + " WHERE \"id\" = " + invitation()
                        + " AND " + ofProject(t));
        add(
                2,
                "delete",
                t -> "DELETE FROM \"VerificationCode\" WHERE \"id\" = " + invitation() + " AND " + ofProject(t));
    }

    private void tenancies() {
        add(
                3,
                "tenancy's project",
                t -> "UPDATE \"Tenancy\" SET \"projectId\" = '" + project() + "' WHERE \"id\" = " + tenancy(t));
        add(
                1,
                "tenancy's project",
                t -> "UPDATE \"Tenancy\" SET \"branchId\" = " + one("'main'", "'main'", "'dev'") + " WHERE \"id\" = "
                        + tenancy(t));
        add(1, "tenancy deleted", t -> "DELETE FROM \"Tenancy\" WHERE \"id\" = '{t1}'");
        add(
                5,
                "tenancy inserted",
                t -> "INSERT INTO \"Tenancy\" (\"id\", \"projectId\") VALUES ('{t1}', '" + project()
                        + "') ON CONFLICT DO NOTHING");
    }

    private void others() {
        add(
                4,
                "insert",
                t -> "INSERT INTO \"EmailOutbox\" (\"tenancyId\", \"id\", \"renderedSubject\", \"themeId\") VALUES ("
                        + tenancy(t) + ", " + email() + ", " + text() + ", " + mark(t) + ") ON CONFLICT DO NOTHING");
        add(
                1,
                "bulk insert",
                t -> "INSERT INTO \"EmailOutbox\" (\"tenancyId\", \"status\", \"themeId\") SELECT " + tenancy(t)
                        + ", 'SENT', " + mark(t) + " FROM generate_series(1, " + random.nextInt(BULK) + ")");
        add(
                2,
                "bulk update",
                t -> "UPDATE \"EmailOutbox\" SET \"sendRetries\" = " + number() + ", \"skippedDetails\" = " + json()
                        + where(t));
        add(1, "bulk delete", t -> delete("EmailOutbox", t) + " AND \"sendRetries\" % 3 = " + random.nextInt(3));
        add(2, "tenancy move", t -> {
            int to = tenant();
            return "UPDATE \"EmailOutbox\" SET \"tenancyId\" = " + tenancy(to) + ", \"themeId\" = " + mark(to)
                    + where(t) + and("id", email());
        });
        add(2, "upsert", t ->
                """
                INSERT INTO "UserNotificationPreference" ("tenancyId", "projectUserId", "notificationCategoryId", "enabled")
                SELECT "tenancyId", "projectUserId", 'news', %s FROM "ProjectUser" WHERE "tenancyId" = %s AND "projectUserId" = %s
                ON CONFLICT ("tenancyId", "projectUserId", "notificationCategoryId") DO UPDATE SET "enabled" = excluded."enabled"
                """.formatted(random.nextBoolean(), tenancy(t), user()).stripTrailing());
        add(2, "insert", t -> """
                INSERT INTO "ProjectUserRefreshToken" ("tenancyId", "projectUserId", "expiresAt")
                SELECT "tenancyId", "projectUserId", %s FROM "ProjectUser" WHERE "tenancyId" = %s AND "projectUserId" = %s""".formatted(time(), tenancy(t), user()));
        add(2, "update", t -> "UPDATE \"ProjectUserRefreshToken\" SET \"lastActiveAt\" = " + time() + where(t));
        add(2, "insert", t -> """
                INSERT INTO "ProjectUserOAuthAccount" ("tenancyId", "id", "projectUserId", "configOAuthProviderId")
                SELECT "tenancyId", %s, "projectUserId", 'github' FROM "ProjectUser" WHERE "tenancyId" = %s AND "projectUserId" = %s
                ON CONFLICT DO NOTHING""".formatted(permissionId(), tenancy(t), user()));
        add(
                2,
                "filter",
                t -> "UPDATE \"ProjectUserOAuthAccount\" SET \"projectUserId\" = " + one("NULL", user()) + where(t)
                        + and("id", permissionId()));
    }

    private void orders() {
        add(5, "insert", t -> """
                INSERT INTO shop.orders (id, tenant_id, number, draft) VALUES (%s, %s, %s, %s)
                ON CONFLICT DO NOTHING""".formatted(order(), tenancy(t), orderNumber(t), random.nextInt(4) == 0));
        add(
                3,
                "update",
                t -> "UPDATE shop.orders SET number = " + orderNumber(t) + " WHERE id = " + order()
                        + " AND tenant_id = " + tenancy(t));
        add(2, "filter", t -> "UPDATE shop.orders SET draft = NOT draft WHERE id = " + order());
        add(
                3,
                "tenancy move",
                t -> "UPDATE shop.orders SET tenant_id = " + tenancy(t) + ", number = " + orderNumber(t)
                        + " WHERE id = " + order());
        add(2, "key change", t -> "UPDATE shop.orders SET id = " + order() + " WHERE id = " + order());
        add(2, "delete", t -> "DELETE FROM shop.orders WHERE id = " + order());
        add(6, "upsert dependent", t -> """
                INSERT INTO shop.order_lines (order_id, line, article, quantity, price)
                SELECT id, %s, 'Chair', %s, 1.10 FROM shop.orders WHERE id = %s
                ON CONFLICT (order_id, line) DO UPDATE SET quantity = excluded.quantity""".formatted(line(), number(), order()));
        add(
                2,
                "update dependent",
                t -> "UPDATE shop.order_lines SET quantity = " + number() + " WHERE line = " + line());
        add(
                2,
                "key change",
                t -> "UPDATE shop.order_lines SET order_id = " + order() + " WHERE order_id = " + order()
                        + " AND line = " + line());
        add(
                2,
                "delete dependent",
                t -> "DELETE FROM shop.order_lines WHERE order_id = " + order() + " AND line = " + line());
    }

    private void add(int weight, String kind, Maker maker) {
        catalogue.add(new Weighted(weight, kind, maker));
        weights += weight;
    }

    /** Everything that refers to a user goes. */
    private static String strip(int tenant, String user) {
        return OF_USERS.stream()
                .map(table -> delete(table, tenant) + and("projectUserId", user) + ";\n    ")
                .collect(Collectors.joining());
    }

    private static String delete(String table, int tenant) {
        return "DELETE FROM \"" + table + "\"" + where(tenant);
    }

    private static String where(int tenant) {
        return " WHERE \"tenancyId\" = " + tenancy(tenant);
    }

    private static String and(String column, String value) {
        return " AND \"" + column + "\" = " + value;
    }

    private static String tenancy(int tenant) {
        return "'{t" + tenant + "}'";
    }

    private static String mark(int tenant) {
        return "'t" + tenant + "'";
    }

    private static String ofProject(int tenant) {
        return "(\"projectId\", \"branchId\") = (SELECT \"projectId\", \"branchId\" FROM \"Tenancy\" WHERE \"id\" = "
                + tenancy(tenant) + ")";
    }

    /** The tenant of most changes has two databases. */
    private int tenant() {
        int drawn = random.nextInt(10);
        return drawn < 4 ? 0 : drawn < 7 ? 1 : drawn < 9 ? 2 : 3;
    }

    /** Every other time one of a few, else one of many, whose last change may then be any of the history's. */
    private int key(int few) {
        return random.nextInt(random.nextBoolean() ? few : few * COLD);
    }

    private String user() {
        return "'{u" + key(USERS) + "}'";
    }

    private String team() {
        return "'{team" + key(TEAMS) + "}'";
    }

    private String channel() {
        return "'{channel" + key(CHANNELS) + "}'";
    }

    private String permissionId() {
        return "'{permission" + key(CHANNELS) + "}'";
    }

    private String permission() {
        return "'p" + random.nextInt(PERMISSIONS) + "'";
    }

    private String invitation() {
        return "'{invitation" + key(INVITATIONS) + "}'";
    }

    private String email() {
        return "'{email" + key(CHANNELS) + "}'";
    }

    private String order() {
        return "{o" + key(ORDERS) + "}";
    }

    private String line() {
        return Integer.toString(random.nextInt(3));
    }

    private String project() {
        return "{p" + random.nextInt(PROJECTS) + "}";
    }

    private String address(int tenant) {
        return "'t" + tenant + " " + number() + "@example.org'";
    }

    private String orderNumber(int tenant) {
        return "'t" + tenant + " A-" + number() + "'";
    }

    private String text() {
        return one("'Name %d'", "'Name %d'", "'O''Neil \\ %d \u00e9\uD83D\uDE80'")
                .formatted(random.nextInt(1_000));
    }

    private String json() {
        return one("NULL", "'{\"a\": %d.50}'", "'[null, {\"b\": %d}]'").formatted(random.nextInt(1_000));
    }

    private String time() {
        return "timestamp '2026-01-01 00:00:00.123456' + " + random.nextInt(1_000) + " * interval '1 hour'";
    }

    private String number() {
        return Integer.toString(random.nextInt(1_000));
    }

    private String one(String... of) {
        return of[random.nextInt(of.length)];
    }
}
