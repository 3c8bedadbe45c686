package dev.dbsync.engine.oidc;

import static dev.dbsync.engine.Operator.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The admin API for those who come with a token of the identity provider. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(WithIdentityProvider.class)
class OidcTokensTest {

    private static final String API = "/api/latest/internal/external-db-sync";
    private static final String SWITCHES =
            "{\"sequencer_enabled\":true,\"poller_enabled\":false,\"sync_engine_enabled\":true}";

    TestDatabase database;
    FakeIdentityProvider provider;

    @AfterEach
    void clear() {
        provider.isAway(false);
        database.execute(
                "DELETE FROM dbsync.\"ExternalDatabase\"",
                "DELETE FROM dbsync.\"AdminAction\"",
                "UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"pollerEnabled\" = true");
    }

    @Test
    void anOperatorMayDoEverythingAndTheAuditSaysWhoVouchedForThem() {
        String route = API + "/tenancies/" + UUID.randomUUID() + "/external-databases/main";
        String token = provider.token("ada", "staff", "dbsync-operator");

        bearer(token)
                .body("{\"type\":\"postgres\",\"connection_string\":\"postgres://me@localhost:1/shop\"}")
                .put(route)
                .then()
                .statusCode(200)
                .body("id", is("main"));
        bearer(token).get(route).then().statusCode(200).body("connection.user", is("me"));
        bearer(token).delete(route).then().statusCode(200);

        operator()
                .get(API + "/audit")
                .then()
                .body("actions.action", equalTo(List.of("delete", "configure")))
                .body("actions[1].actor", is("ada"))
                .body("actions[1].via", is("api"))
                .body("actions[1].details.vouched_by", is("oidc"))
                .body("actions[1].outcome", is("done"));
    }

    @Test
    void aViewerMayLookAtEverythingAndChangeNothing() {
        String token = provider.token("grace", "dbsync-viewer");

        bearer(token).get(API + "/fusebox").then().statusCode(200).body("poller_enabled", is(true));
        bearer(token).head(API + "/fusebox").then().statusCode(200);
        bearer(token)
                .body(SWITCHES)
                .post(API + "/fusebox")
                .then()
                .statusCode(403)
                .body("code", is("READ_ONLY"))
                .body("ok", is(false));
        bearer(token).post(API + "/no/such/route").then().statusCode(403);
        bearer(token)
                .delete(API + "/tenancies/" + UUID.randomUUID() + "/external-databases/main")
                .then()
                .statusCode(403);
        assertThat(database.queryText("SELECT \"pollerEnabled\" FROM dbsync.\"ExternalDbSyncMetadata\""))
                .isEqualTo("t");
    }

    @Test
    void whoHasNoRoleHasNoBusinessHere() {
        for (String[] groups : new String[][] {{}, {"staff", "dbsync-operators", "DBSYNC-OPERATOR"}}) {
            bearer(provider.token("eve", groups))
                    .get(API + "/fusebox")
                    .then()
                    .statusCode(403)
                    .body("code", is("NO_ROLE"));
        }
    }

    @Test
    void whatTheProviderDidNotSignForUsAndForNowIsNoToken() {
        Map<String, Object> good = provider.claims("mallory", "dbsync-operator");
        String nearly = provider.signed(good);
        var tokens = new LinkedHashMap<String, String>();
        tokens.put("another issuer", provider.signed(with(good, "iss", "http://localhost:1")));
        tokens.put("no issuer", provider.signed(without(good, "iss")));
        tokens.put("another audience", provider.signed(with(good, "aud", "another-client")));
        tokens.put("no audience", provider.signed(without(good, "aud")));
        tokens.put(
                "expired",
                provider.signed(with(good, "exp", Instant.now().minusSeconds(60).getEpochSecond())));
        tokens.put("never expires", provider.signed(without(good, "exp")));
        tokens.put("a stranger's signature", FakeIdentityProvider.signedByAStranger(good));
        tokens.put("no algorithm", FakeIdentityProvider.unsigned(good, ""));
        tokens.put("no algorithm, and a signature", FakeIdentityProvider.unsigned(good, "AAAA"));
        tokens.put(
                "the signature of other claims", provider.token("ada").replaceAll("\\.[^.]+$", "") + signature(nearly));
        tokens.put("no JWT", "a.b.c");
        tokens.put("the hash of an admin token", "a".repeat(64));

        String refusal = given().get(API + "/fusebox").asString();
        assertThat(refusal).contains("\"UNAUTHORIZED\"");
        tokens.forEach((why, token) -> {
            Response response = bearer(token).get(API + "/fusebox");
            assertThat(response.statusCode()).as(why).isEqualTo(401);
            assertThat(response.asString()).as(why).isEqualTo(refusal);
        });
    }

    @Test
    void adminTokensOpenAsEver() {
        operator().get(API + "/fusebox").then().statusCode(200);
        given().get(API + "/fusebox").then().statusCode(401);
        given().header("Authorization", "Bearer not-the-token")
                .get(API + "/fusebox")
                .then()
                .statusCode(401);
    }

    @Test
    void aDeliveryNeedsItsSignatureWhoeverSendsIt() {
        bearer(provider.token("ada", "dbsync-operator"))
                .body("{\"tenancyId\":\"" + UUID.randomUUID() + "\"}")
                .post(API + "/sync-engine")
                .then()
                .statusCode(401);
    }

    @Test
    void theProviderIsNotAskedAboutTokensOfKeysThatAreKnown() {
        provider.isAway(true);

        bearer(provider.token("grace", "dbsync-viewer"))
                .get(API + "/fusebox")
                .then()
                .statusCode(200);
    }

    private static RequestSpecification bearer(String token) {
        return given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        var changed = new LinkedHashMap<>(claims);
        changed.put(name, value);
        return changed;
    }

    private static Map<String, Object> without(Map<String, Object> claims, String name) {
        var changed = new LinkedHashMap<>(claims);
        changed.remove(name);
        return changed;
    }

    private static String signature(String token) {
        return token.substring(token.lastIndexOf('.'));
    }
}
