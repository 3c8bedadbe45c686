package dev.dbsync.engine.oidc;

import static dev.dbsync.engine.Operator.operator;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import dev.dbsync.engine.InternalDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An engine that starts while its identity provider is away. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(ProviderIsAwayTest.Away.class)
class ProviderIsAwayTest {

    private static final String FUSEBOX = "/api/latest/internal/external-db-sync/fusebox";

    /** Nothing listens there. */
    public static class Away implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "dbsync.oidc.issuer", "http://127.0.0.1:1",
                    "dbsync.oidc.client-id", FakeIdentityProvider.CLIENT,
                    "dbsync.oidc.client-secret", FakeIdentityProvider.SECRET);
        }
    }

    @Test
    void aTokenOfItCannotBeJudgedAndAdminTokensOpenAsEver() {
        try (var provider = new FakeIdentityProvider()) {
            for (int i = 0; i < 2; i++) {
                given().header("Authorization", "Bearer " + provider.token("ada", "dbsync-operator"))
                        .get(FUSEBOX)
                        .then()
                        .statusCode(503)
                        .header("Retry-After", notNullValue())
                        .body("code", is("IDENTITY_PROVIDER_UNAVAILABLE"));
            }
        }
        operator().get(FUSEBOX).then().statusCode(200);
        given().header("Authorization", "Bearer no-jwt-at-all")
                .get(FUSEBOX)
                .then()
                .statusCode(401);
    }

    @Test
    void nobodyIsSentThereAndTheAdminTokenSignsInAsEver() {
        given().get("/dashboard/sign-in/oidc")
                .then()
                .statusCode(503)
                .body(containsString("The identity provider cannot be reached"));
        given().redirects()
                .follow(false)
                .header("Sec-Fetch-Site", "same-origin")
                .formParam("token", "admin-token-for-tests")
                .post("/dashboard/sign-in")
                .then()
                .statusCode(303)
                .cookie("dbsync_session");
    }
}
