package dev.dbsync.engine.admin;

import static dev.dbsync.engine.Operator.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
class QuarantineResourceTest {

    private final UUID tenancy = UUID.randomUUID();
    private final String path =
            "/api/latest/internal/external-db-sync/tenancies/" + tenancy + "/external-databases/main";

    TestDatabase database;

    @BeforeEach
    void connect() {
        operator()
                .contentType(ContentType.JSON)
                .body("{\"type\":\"postgres\",\"connection_string\":\"postgres://joe@db.tenant.invalid/shop\"}")
                .put(path)
                .then()
                .statusCode(200);
    }

    @AfterEach
    void clear() {
        database.execute("DELETE FROM dbsync.\"ExternalDatabase\"", "DELETE FROM dbsync.\"OutgoingRequest\"");
    }

    @Test
    void aRowIsShownWithItsKeyAndWhyItWasRefused() {
        quarantine("users", 1);

        operator()
                .get(path + "/quarantined-rows")
                .then()
                .statusCode(200)
                .body("ok", is(true))
                .body("rows", hasSize(1))
                .body("rows[0].mapping_id", equalTo("users"))
                .body("rows[0].key.id", equalTo("users 1"))
                .body("rows[0].code", equalTo("TARGET_ROW_REFUSED"))
                .body("rows[0].blame", equalTo("destination"))
                .body("rows[0].sql_state", equalTo("23514"))
                .body("rows[0].message", equalTo("refused"))
                .body("rows[0].remedy", equalTo("mend it"))
                .body("rows[0].attempts", equalTo("1"))
                .body("next_cursor", nullValue());
    }

    @Test
    void manyRowsComeInPages() {
        quarantine("users", 150);
        quarantine("teams", 30);
        var keys = new HashSet<String>();
        String cursor = "";
        int pages = 0;
        while (cursor != null) {
            var page = operator()
                    .queryParam("cursor", cursor)
                    .get(path + "/quarantined-rows")
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            keys.addAll(page.<String>getList("rows.key.id"));
            cursor = page.getString("next_cursor");
            pages++;
        }

        assertThat(pages).isEqualTo(2);
        assertThat(keys).hasSize(180);
        operator().get(path + "/quarantined-rows?mapping=teams").then().body("rows", hasSize(30));
    }

    @Test
    void aRetryMakesTheRowsOfTheNamedMappingsDue() {
        quarantine("users", 2);
        quarantine("teams", 3);

        retry("{\"mappings\":[\"teams\"]}", 200, "rows", "3");
        assertThat(due()).isEqualTo(3);
        retry("{}", 200, "rows", "5");
        assertThat(due()).isEqualTo(5);
    }

    @Test
    void whatDoesNotExistIsSaid() {
        retry("{\"mappings\":[\"nonsense\"]}", 400, "code", "UNKNOWN_MAPPING");
        operator().get(path + "/quarantined-rows?cursor=nonsense").then().statusCode(400);
        operator().get(path + "2/quarantined-rows").then().statusCode(404);
        operator()
                .contentType(ContentType.JSON)
                .body("{}")
                .post(path + "2/retry")
                .then()
                .statusCode(404);
    }

    private void retry(String body, int status, String field, String value) {
        operator()
                .contentType(ContentType.JSON)
                .body(body)
                .post(path + "/retry")
                .then()
                .statusCode(status)
                .body(field, equalTo(value));
    }

    private long due() {
        return database.queryLong("SELECT count(*) FROM dbsync.\"QuarantinedRow\" WHERE \"nextAttemptAt\" <= now()");
    }

    private void quarantine(String mapping, int rows) {
        database.execute("""
                INSERT INTO dbsync."QuarantinedRow" ("destinationId", "mappingId", "keyHash", "tenancyId", "tableName", "key", "data",
                    "nextAttemptAt", "errorCode", "errorBlame", "errorSqlState", "errorMessage", "errorRemedy")
                SELECT "destinationId", '%1$s', gen_random_uuid(), "tenancyId", '%1$s', jsonb_build_object('id', '%1$s ' || n), '{}',
                       now() + interval '1 hour', 'TARGET_ROW_REFUSED', 'destination', '23514', 'refused', 'mend it'
                FROM dbsync."ExternalDatabase", generate_series(1, %2$d) AS n WHERE "tenancyId" = '%3$s'
                """.formatted(mapping, rows, tenancy));
    }
}
