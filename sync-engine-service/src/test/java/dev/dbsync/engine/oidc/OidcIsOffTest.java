package dev.dbsync.engine.oidc;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import dev.dbsync.engine.InternalDatabaseResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** Without an issuer, as by default, nobody is let in by a provider's word. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
class OidcIsOffTest {

    private static final String FUSEBOX = "/api/latest/internal/external-db-sync/fusebox";

    @Test
    void thereIsNoWayToAProvider() {
        given().get("/dashboard/sign-in").then().statusCode(200).body(not(containsString("/dashboard/sign-in/oidc")));
        for (String address : new String[] {"/dashboard/sign-in/oidc", "/dashboard/sign-in/oidc?code=c&state=s"}) {
            given().get(address).then().statusCode(404).body(containsString("nothing at this address"));
        }
    }

    @Test
    void aTokenOfAProviderIsLikeAnyOther() {
        try (var provider = new FakeIdentityProvider()) {
            var response = given().header("Authorization", "Bearer " + provider.token("ada", "dbsync-operator"))
                    .get(FUSEBOX);

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.asString()).isEqualTo(given().get(FUSEBOX).asString());
        }
    }
}
