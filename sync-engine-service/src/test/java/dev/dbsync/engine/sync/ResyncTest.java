package dev.dbsync.engine.sync;

import static dev.dbsync.engine.Operator.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import dev.dbsync.engine.InternalDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A request for a resync leads to one copy, whenever the engine dies. The interleavings: it dies after announcing the copy, when the
 * target knows nothing of it yet; it dies after the target has committed the copy's beginning, when the mirror knows nothing of it.
 */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(TenancySyncServiceTest.SmallPages.class)
class ResyncTest extends OneDestination {

    private static final String OF_THE_TENANT = "INSERT INTO every_type (region, id) VALUES ('of the tenant', 1)";

    private final String path =
            "/api/latest/internal/external-db-sync/tenancies/" + tenancy + "/external-databases/main";

    @BeforeEach
    void connectAndCopy() {
        for (int id = 0; id < 30; id++) {
            app.put(tenancy, "r", id, "t = 'x'");
        }
        app.sequence();
        assertThat(service.sync(tenancy)).isEqualTo(SYNCED);
    }

    @Test
    void whatDiffersIsWrittenAnewAndWhatTheSourceDoesNotHaveIsGone() {
        target.execute("UPDATE every_type SET t = 'by hand' WHERE id < 10", "DELETE FROM every_type WHERE id = 20");
        target.execute(OF_THE_TENANT);

        request();
        assertThat(internal.queryLong(
                        "SELECT count(*) FROM dbsync.\"OutgoingRequest\" WHERE \"deduplicationKey\" LIKE '%' || ? || '%'",
                        tenancy.toString()))
                .as("the tenancy is woken")
                .isEqualTo(1);
        assertThat(service.sync(tenancy)).isEqualTo(SYNCED);

        app.assertSame(tenancy, target);
    }

    @Test
    void itHappensOncePerRequest() {
        request();
        service.sync(tenancy);
        target.execute(OF_THE_TENANT);

        service.sync(tenancy);
        app.put(tenancy, "r", 1, "t = 'y'");
        app.sequence();
        service.sync(tenancy);
        assertThat(isThere()).as("nothing was swept").isTrue();

        request();
        service.sync(tenancy);
        assertThat(isThere()).isFalse();
    }

    @Test
    void anEngineThatDiesAfterTheAnnouncementLosesNoRequest() {
        target.execute(OF_THE_TENANT);
        request();
        internal.execute(
                "UPDATE dbsync.\"ExternalDatabaseMapping\" SET \"state\" = 'copying', \"reason\" = 'a resync was asked for',"
                        + " \"neededFrom\" = (SELECT \"lastSequenceId\" FROM dbsync.\"SequencerState\")");

        service.sync(tenancy);

        assertThat(isThere()).isFalse();
        app.assertSame(tenancy, target);
    }

    /** The mirror still says "following" and still carries the request; the target says that the copy is half done. */
    @Test
    void anEngineThatDiesInTheMiddleGoesOnWhereItWas() {
        request();
        target.execute("UPDATE _external_db_sync_metadata SET phase = 'copying', sweep = true, rows_copied = 14,"
                + " resync = '" + requested() + "', page_cursor = ARRAY['" + tenancy + "', 'r', '13']");
        target.execute("UPDATE every_type SET t = 'copied already' WHERE id <= 13");

        service.sync(tenancy);

        assertThat(target.queryLong("SELECT count(*) FROM every_type WHERE t = 'copied already'"))
                .isEqualTo(14);
        assertThat(target.queryLong("SELECT rows_copied FROM _external_db_sync_metadata"))
                .isEqualTo(30);
        assertThat(target.queryText("SELECT phase FROM _external_db_sync_metadata"))
                .isEqualTo("following");
    }

    @Test
    void aRequestDuringACopyBeginsItAnew() {
        request();
        target.execute("UPDATE _external_db_sync_metadata SET phase = 'copying', sweep = true, rows_copied = 14,"
                + " resync = '" + requested() + "', page_cursor = ARRAY['" + tenancy + "', 'r', '13']");
        target.execute("UPDATE every_type SET t = 'by hand' WHERE id = 3");
        request();

        service.sync(tenancy);

        app.assertSame(tenancy, target);
    }

    @Test
    void aPausedDatabaseIsCopiedOnceItIsResumed() {
        operator().post(path + "/pause").then().statusCode(200);
        target.execute(OF_THE_TENANT);
        request();
        service.sync(tenancy);
        assertThat(isThere()).isTrue();

        operator().post(path + "/resume").then().statusCode(200);
        service.sync(tenancy);
        assertThat(isThere()).isFalse();
    }

    @Test
    void whatIsUnknownIsRefused() {
        operator()
                .contentType(ContentType.JSON)
                .body("{\"mappings\":[\"no_such\"]}")
                .post(path + "/resync")
                .then()
                .statusCode(400)
                .body("code", equalTo("UNKNOWN_MAPPING"));
        operator()
                .contentType(ContentType.JSON)
                .body("{\"mappings\":[\"users\"]}")
                .post(path + "/resync")
                .then()
                .statusCode(400)
                .body("code", equalTo("MAPPING_NOT_CHOSEN"));
        operator()
                .contentType(ContentType.JSON)
                .body("{\"mappings\":[]}")
                .post(path + "/resync")
                .then()
                .statusCode(400)
                .body("code", equalTo("NO_MAPPINGS"));
        operator().post(path + "-not/resync").then().statusCode(404);
    }

    private void request() {
        operator().post(path + "/resync").then().statusCode(202).body("mappings", contains("every_type"));
    }

    private String requested() {
        return internal.queryText("SELECT \"resync\"::text FROM dbsync.\"ExternalDatabaseMapping\"");
    }

    private boolean isThere() {
        return target.queryLong("SELECT count(*) FROM every_type WHERE region = 'of the tenant'") == 1;
    }
}
