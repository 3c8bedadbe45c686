package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.TestDatabase;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EveryMappingArrivesColumnByColumn {

    private static final List<String> ODD_TEXTS = List.of(
            "",
            " ",
            "O'Neil \"Quote\" Müller",
            "back\\slash \\n \\0 \\u0000 \\",
            "tab\tnewline\ncarriage\r\nreturn",
            "control \u0001\u0002\u0007\b\f\u001b\u007f",
            "emoji \uD83D\uDE80\uD83D\uDC69\u200D\uD83D\uDE80 \uD83C\uDDE8\uD83C\uDDED",
            "right-to-left \u202e\u05e9\u05dc\u05d5\u05dd",
            "combining e\u0301 and \u00e9",
            "\\N",
            "NULL",
            "{\"json\": \"{curly,\\\"comma\\\"}\"}",
            "'; DROP TABLE users; --",
            "$1 :name ? ${x} %s",
            "x".repeat(100_000));

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    @Test
    void withRowsThatWereThereBefore() {
        Tenant tenant = installation.tenant();
        tenant.everything();

        TestDatabase target = tenant.connected();

        Oracle.awaitEqual(tenant, target);
        assertEveryTableHasRows(target);
    }

    @Test
    void withRowsThatComeLater() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);

        tenant.everything();

        Oracle.awaitEqual(tenant, target);
        assertEveryTableHasRows(target);
    }

    @Test
    void withTheColumnsAndTypesOfTheMappingsInTheirOrder() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);

        for (String mapping : Oracle.MAPPINGS) {
            assertThat(Oracle.actualColumns(target, mapping))
                    .as(mapping)
                    .isEqualTo(Oracle.expectedColumns(tenant, mapping));
        }
        assertThat(target.queryText("""
                        SELECT string_agg(t.relname || '(' || keys.names || ')', ' ' ORDER BY t.relname)
                        FROM pg_constraint AS c
                        JOIN pg_class AS t ON t.oid = c.conrelid
                        CROSS JOIN LATERAL (SELECT string_agg(a.attname, ',' ORDER BY a.attnum) AS names FROM pg_attribute AS a
                                            WHERE a.attrelid = t.oid AND a.attnum = ANY (c.conkey)) AS keys
                        WHERE c.contype = 'p' AND t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE '\\_external%'
                        """))
                .isEqualTo("connected_accounts(id) contact_channels(id) email_outboxes(id) notification_preferences(id)"
                        + " project_permissions(user_id,permission_id) refresh_tokens(id) team_invitations(id)"
                        + " team_member_profiles(team_id,user_id) team_permissions(team_id,user_id,permission_id)"
                        + " teams(id) users(id)");
    }

    @Test
    void withMetadataThatSaysHowFarEachMappingIs() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        tenant.everything();
        Oracle.awaitEqual(tenant, target);

        assertThat(target.queryLong("""
                        SELECT count(*) FROM _external_db_sync_metadata
                        WHERE tenancy_id = ? AND last_synced_sequence_id >= 0 AND updated_at > now() - interval '1 hour'
                        """, tenant.id())).isEqualTo(Oracle.MAPPINGS.size());
    }

    @Test
    void withOddTexts() {
        Tenant tenant = installation.tenant();
        ODD_TEXTS.forEach(tenant::user);
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);

        UUID team = tenant.team("Odd");
        for (String text : ODD_TEXTS) {
            tenant.email(tenant.user(text), "address of " + text);
            tenant.invitation(team, text);
            installation.internal().update("""
                            INSERT INTO "Team" ("tenancyId", "teamId", "displayName", "serverMetadata")
                            VALUES (?, gen_random_uuid(), ?, jsonb_build_object('text', ?::text, ?::text, 1))
                            """, tenant.id(), text, text, text);
        }

        Oracle.awaitEqual(tenant, target);
        assertThat(target.queryLong("SELECT count(*) FROM users")).isEqualTo(2L * ODD_TEXTS.size());
    }

    private static void assertEveryTableHasRows(TestDatabase target) {
        assertThat(Oracle.MAPPINGS)
                .allSatisfy(mapping -> assertThat(Oracle.actual(target, "public", mapping))
                        .as(mapping)
                        .isNotEmpty());
    }
}
