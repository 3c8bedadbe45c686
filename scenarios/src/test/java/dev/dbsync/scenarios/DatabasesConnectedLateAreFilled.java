package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabasesConnectedLateAreFilled {

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    @Test
    void withFifteenHundredRowsAndWhatChangesMeanwhile() {
        Tenant tenant = installation.tenant();
        manyUsers(tenant, 1_500);

        TestDatabase target = tenant.connected();
        UUID meanwhile = tenant.user("Meanwhile");
        installation.internal().update("""
                        UPDATE "ProjectUser" SET "displayName" = "displayName" || ' again'
                        WHERE "tenancyId" = ? AND "displayName" LIKE '%7'
                        """, tenant.id());
        tenant.rename(meanwhile, "Meanwhile too");
        installation
                .internal()
                .update(
                        "DELETE FROM \"ProjectUser\" WHERE \"tenancyId\" = ? AND \"displayName\" LIKE '%3'",
                        tenant.id());

        Oracle.awaitEqual(tenant, target);
        assertThat(target.queryLong("SELECT count(*) FROM users")).isEqualTo(1_351);
    }

    @Test
    void andFollowAThousandAndAHalfOfChangesInOneTransaction() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);

        manyUsers(tenant, 1_500);
        Oracle.awaitEqual(tenant, target);
        assertThat(target.queryLong("SELECT count(*) FROM users")).isEqualTo(1_500);

        installation.internal().update("DELETE FROM \"ProjectUser\" WHERE \"tenancyId\" = ?", tenant.id());
        Oracle.awaitEqual(tenant, target);
        assertThat(target.queryLong("SELECT count(*) FROM users")).isZero();
    }

    @Test
    void withTheMappingsThatWereChosenAndNoOthers() {
        Tenant tenant = installation.tenant();
        tenant.everything();
        TestDatabase target = installation.target();

        tenant.connect("main", target, Map.of("mappings", List.of("teams", "users")));

        Eventually.holds(() -> {
            for (String mapping : List.of("teams", "users")) {
                assertThat(Oracle.actual(target, "public", mapping)).isEqualTo(Oracle.expected(tenant, mapping));
            }
        });
        assertThat(target.queryText("SELECT to_regclass('public.email_outboxes')"))
                .isNull();

        tenant.connect("main", target, Map.of());
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void whenTheyAreEnabledAtLast() {
        Tenant tenant = installation.tenant();
        tenant.user("Waiting");
        TestDatabase target = installation.target();
        tenant.connect("main", target, Map.of("enabled", false));
        TestDatabase other = tenant.connected("other");
        Oracle.awaitEqual(tenant, other);
        assertThat(target.queryText("SELECT to_regclass('public.users')")).isNull();

        tenant.connect("main", target, Map.of("enabled", true));

        Oracle.awaitEqual(tenant, target);
    }

    private static void manyUsers(Tenant tenant, int count) {
        installation.internal().execute("""
                WITH made AS (
                    INSERT INTO "ProjectUser" ("tenancyId", "projectUserId", "displayName", "clientMetadata")
                    SELECT '%1$s', gen_random_uuid(), 'User ' || n, jsonb_build_object('n', n)
                    FROM generate_series(1, %2$d) AS n
                    RETURNING "tenancyId", "projectUserId"
                )
                INSERT INTO "ContactChannel" ("tenancyId", "projectUserId", "value", "isPrimary")
                SELECT "tenancyId", "projectUserId", "projectUserId" || '@example.org', 'TRUE' FROM made
                """.formatted(tenant.id(), count));
    }
}
