package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Secrets;
import dev.dbsync.harness.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No credential and no row's value in a log, a response or a table of ours, whatever succeeds or fails. */
class SecretsStaySecret {

    private static final String PASSWORD = "pa55-of-the-tenant";
    private static final String WRONG_PASSWORD = "wr0ng-of-the-tenant";
    private static final String TOKEN = "refresh-t0ken-of-a-user";
    private static final String VALUE = "val7e-of-a-row";

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    @Test
    void inEveryPlaceThatSomebodyReads() {
        Tenant tenant = installation.tenant();
        TestDatabase target = installation.target();
        String role = "secretive_" + tenant.id().toString().substring(0, 8);
        installation.stack().server().createRole(role, PASSWORD);
        installation.stack().server().execute("ALTER DATABASE " + target.name() + " OWNER TO " + role);
        target.execute("ALTER SCHEMA public OWNER TO " + role);
        UUID user = tenant.user(VALUE);
        installation
                .internal()
                .update(
                        "INSERT INTO \"ProjectUserRefreshToken\" (\"tenancyId\", \"projectUserId\", \"refreshToken\") VALUES (?, ?, ?)",
                        tenant.id(),
                        user,
                        TOKEN);
        ApiClient admin = installation.admin();
        var seen = new ArrayList<String>();
        try {
            seen.add(
                    admin.connect(tenant.id(), "good", target.as(role, PASSWORD).connectionString())
                            .expectSuccess()
                            .text());
            seen.add(admin.connect(
                            tenant.id(),
                            "bad",
                            target.as(role + "_absent", WRONG_PASSWORD).connectionString())
                    .expectSuccess()
                    .text());
            Oracle.awaitEqual(tenant, target);
            Eventually.holds(
                    () -> assertThat(admin.status(tenant.id()).toString()).contains("TARGET_LOGIN_REFUSED"));
            installation
                    .internal()
                    .update("DELETE FROM \"ProjectUserRefreshToken\" WHERE \"tenancyId\" = ?", tenant.id());
            Oracle.awaitEqual(tenant, target);

            for (String id : List.of("good", "bad")) {
                seen.add(admin.get(ApiClient.pathOf(tenant.id(), id)).text());
                seen.add(admin.post(ApiClient.pathOf(tenant.id(), id) + "/test", null)
                        .text());
            }
            seen.add(admin.get("/tenancies/" + tenant.id() + "/external-databases")
                    .text());
            seen.add(admin.get("/external-databases").text());
            seen.add(admin.status(tenant.id()).toString());
            seen.add(admin.status().toString());
            seen.add(installation.stack().logs());
            seen.add(everythingIn(installation.internal(), "dbsync"));
        } finally {
            admin.delete(ApiClient.pathOf(tenant.id(), "good"));
            target.drop();
            installation.stack().server().execute("DROP ROLE " + role);
        }

        Secrets secrets = installation.stack().secrets();
        assertThat(String.join("\n", seen))
                .contains(role)
                .doesNotContain(PASSWORD, WRONG_PASSWORD, TOKEN, VALUE)
                .doesNotContain(hex(PASSWORD), hex(WRONG_PASSWORD), hex(TOKEN), hex(VALUE))
                .doesNotContain(
                        secrets.adminToken(),
                        secrets.cronSecret(),
                        secrets.signingCurrentKey(),
                        secrets.signingNextKey(),
                        secrets.encryptionKeys());
    }

    @Test
    void andARefreshTokenIsNotEvenSentToItsTenant() {
        Tenant tenant = installation.tenant();
        UUID user = tenant.user("Signed in");
        String token = TOKEN + tenant.id();
        installation
                .internal()
                .update(
                        "INSERT INTO \"ProjectUserRefreshToken\" (\"tenancyId\", \"projectUserId\", \"refreshToken\") VALUES (?, ?, ?)",
                        tenant.id(),
                        user,
                        token);
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);

        assertThat(target.queryLong("SELECT count(*) FROM refresh_tokens")).isOne();
        assertThat(everythingIn(target, "public")).doesNotContain(token);
    }

    @Test
    void andNothingIsGrantedToThePublicButSelectToTheReaderThatWasNamed() {
        Tenant tenant = installation.tenant();
        TestDatabase target = installation.target();
        String reader = "reader_" + tenant.id().toString().substring(0, 8);
        installation.stack().server().createRole(reader, PASSWORD);
        try {
            tenant.connect("main", target, Map.of("reader_role", reader));
            Oracle.awaitEqual(tenant, target);

            assertThat(target.query("""
                            SELECT DISTINCT grantee::text AS who, privilege_type::text AS what FROM information_schema.role_table_grants
                            WHERE table_schema = 'public' AND grantee <> grantor
                            """)).isEqualTo(List.of(Map.of("who", reader, "what", "SELECT")));
            assertThat(target.as(reader, PASSWORD).queryLong("SELECT count(*) FROM users"))
                    .isZero();
        } finally {
            installation.admin().delete(ApiClient.pathOf(tenant.id(), "main"));
            target.drop();
            installation.stack().server().execute("DROP ROLE " + reader);
        }
    }

    /** Every row of every table as text; bytes in hexadecimal. */
    private static String everythingIn(TestDatabase database, String schema) {
        var all = new StringBuilder();
        database.query("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = ?", schema)
                .forEach(table -> database.query(
                                "SELECT t::text AS row FROM \"" + schema + "\".\"" + table.get("name") + "\" AS t")
                        .forEach(row -> all.append(row.get("row")).append('\n')));
        return all.toString();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
