package dev.dbsync.engine.dashboard;

import static dev.dbsync.engine.Operator.operator;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.blankOrNullString;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.RedirectConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sign-in, sessions, and what keeps strangers and other sites out. How pages behave in a browser is shown in scenarios. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
class DashboardTest {

    private static final String TOKEN = "admin-token-for-tests";
    private static final Pattern REQUEST_TOKEN = Pattern.compile("name=\"request-token\" content=\"([^\"]+)\"");

    private final UUID tenancy = UUID.randomUUID();

    TestDatabase database;

    @AfterEach
    void clear() {
        database.execute(
                "DELETE FROM dbsync.\"ExternalDatabase\"",
                "DELETE FROM dbsync.\"AdminAction\"",
                "DELETE FROM dbsync.\"DashboardSession\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/dashboard/tables", "/dashboard/tenancies?search=a", "/dashboard/audit"})
    void withoutASessionEveryPageLeadsToSignIn(String page) {
        browser()
                .get(page)
                .then()
                .statusCode(303)
                .header("Location", startsWith("/dashboard/sign-in?next="))
                .header("Cache-Control", "no-store");
    }

    @Test
    void afterSigningInOneIsWhereOneWantedToGoAndNowhereElse() {
        assertThat(signIn(TOKEN, "/dashboard/tables").header("Location")).isEqualTo("/dashboard/tables");
        for (String elsewhere :
                new String[] {"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"}) {
            assertThat(signIn(TOKEN, elsewhere).header("Location")).isEqualTo("/");
        }
    }

    @Test
    void theCookieIsForThisSiteOnlyAndNotForScripts() {
        String cookie = signIn(TOKEN, "/").header("Set-Cookie");

        assertThat(cookie)
                .contains("HttpOnly")
                .containsIgnoringCase("SameSite=Strict")
                .contains("Path=/");
        assertThat(cookie).doesNotContain("Secure");
        assertThat(form().header("X-Forwarded-Proto", "https")
                        .formParam("token", TOKEN)
                        .post("/dashboard/sign-in")
                        .header("Set-Cookie"))
                .contains("Secure");
        assertThat(database.queryText(
                        "SELECT string_agg(encode(\"secretHash\", 'escape'), '') FROM dbsync.\"DashboardSession\""))
                .doesNotContain(cookie.replaceAll("[^=]*=([^;]*).*", "$1"));
    }

    @Test
    void everyPageCarriesTheHeadersThatKeepOtherSitesOut() {
        for (String page : new String[] {"/dashboard/sign-in", "/dashboard/nothing-here"}) {
            browser()
                    .get(page)
                    .then()
                    .header(
                            "Content-Security-Policy",
                            allOf(
                                    containsString("default-src 'none'"),
                                    containsString("script-src 'self';"),
                                    containsString("style-src 'self';"),
                                    containsString("frame-ancestors 'none'"),
                                    not(containsString("unsafe"))))
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Referrer-Policy", "same-origin")
                    .header("X-Frame-Options", "DENY");
        }
    }

    @Test
    void aWrongTokenOpensNothing() {
        Response refused = signIn("not-the-admin-token", "/");

        refused.then().statusCode(401).header("Set-Cookie", nullValue()).body(containsString("not the admin token"));
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"DashboardSession\""))
                .isZero();
        signIn(TOKEN, "/").then().statusCode(303);
    }

    @Test
    void theApiDoesNotTakeTheCookieNorThePagesTheToken() {
        Signed signed = signedIn();

        signed.request()
                .get("/api/latest/internal/external-db-sync/fusebox")
                .then()
                .statusCode(401);
        browser().header("Authorization", "Bearer " + TOKEN).get("/").then().statusCode(303);
    }

    @Test
    void signingOutEndsTheSessionEverywhere() {
        Signed signed = signedIn();
        signed.request().get("/").then().statusCode(200);

        signed.change().post("/dashboard/sign-out").then().statusCode(204).header("HX-Redirect", "/dashboard/sign-in");

        signed.request().get("/").then().statusCode(303);
    }

    @Test
    void anotherAdminTokenEndsTheSessionsOfTheFormerOne() {
        Signed signed = signedIn();
        database.execute("UPDATE dbsync.\"DashboardSession\" SET \"tokenProof\" = sha256(\"tokenProof\")");

        signed.request().get("/").then().statusCode(303);
    }

    @Test
    void aSessionEndsWhenNothingIsDoneInItAndAtLast() {
        Signed idle = signedIn();
        database.execute("UPDATE dbsync.\"DashboardSession\" SET \"usedAt\" = now() - interval '31 minutes'");
        idle.request()
                .header("HX-Request", "true")
                .header("HX-Current-URL", "http://localhost/dashboard/tables")
                .get("/dashboard/tables/live")
                .then()
                .statusCode(401)
                .header("HX-Redirect", endsWith("next=%2Fdashboard%2Ftables"));

        Signed old = signedIn();
        database.execute("UPDATE dbsync.\"DashboardSession\" SET \"openedAt\" = now() - interval '13 hours'");
        old.request().get("/").then().statusCode(303);
    }

    @Test
    void whatAPageFetchesByItselfKeepsNoSessionAlive() {
        Signed signed = signedIn();
        String used = "SELECT \"usedAt\" > now() - interval '1 minute' FROM dbsync.\"DashboardSession\"";
        database.execute("UPDATE dbsync.\"DashboardSession\" SET \"usedAt\" = now() - interval '20 minutes'");

        signed.request()
                .header("X-Refresh", "true")
                .get("/dashboard/tables/live")
                .then()
                .statusCode(200);
        assertThat(database.queryText(used)).isEqualTo("f");

        signed.request().get("/dashboard/tables").then().statusCode(200);
        assertThat(database.queryText(used)).isEqualTo("t");
    }

    @Test
    void nothingChangesByARequestThatAnotherSiteCouldSend() {
        Signed signed = signedIn();

        signed.request().post("/dashboard/pipeline/fusebox").then().statusCode(403);
        signed.change()
                .header("X-Request-Token", "guessed")
                .post("/dashboard/pipeline/fusebox")
                .then()
                .statusCode(403);
        signed.request()
                .header("Origin", "https://evil.example")
                .header("X-Request-Token", signed.token())
                .post("/dashboard/pipeline/fusebox")
                .then()
                .statusCode(403);
        signed.request()
                .header("Sec-Fetch-Site", "cross-site")
                .header("X-Request-Token", signed.token())
                .post("/dashboard/pipeline/fusebox")
                .then()
                .statusCode(403);
        given().contentType(ContentType.URLENC)
                .header("Origin", "https://evil.example")
                .formParam("token", TOKEN)
                .post("/dashboard/sign-in")
                .then()
                .statusCode(403);
        assertThat(database.queryText("SELECT \"sequencerEnabled\" FROM dbsync.\"ExternalDbSyncMetadata\""))
                .isEqualTo("t");
    }

    @Test
    void aSwitchIsTurnedAndTheAuditSaysByWhom() {
        Signed signed = signedIn();

        turn(signed, "false").then().statusCode(200).body(containsString("switched off"));
        assertThat(database.queryText("SELECT \"pollerEnabled\" FROM dbsync.\"ExternalDbSyncMetadata\""))
                .isEqualTo("f");
        turn(signed, "true").then().statusCode(200).body(containsString("switched on"));

        operator()
                .get("/api/latest/internal/external-db-sync/audit")
                .then()
                .body("actions.action", equalTo(java.util.List.of("fusebox", "fusebox", "sign-in")))
                .body("actions[1].via", is("dashboard"))
                .body("actions[1].actor", is("Ada <b>"))
                .body("actions[1].details.poller_enabled", is(false))
                .body("actions[2].outcome", is("done"));
        signed.request()
                .get("/dashboard/audit")
                .then()
                .body(containsString("Ada &lt;b&gt;"), not(containsString("Ada <b>")));
    }

    private static Response turn(Signed signed, String enabled) {
        return signed.change()
                .formParam("stage", "poller")
                .formParam("enabled", enabled)
                .post("/dashboard/pipeline/fusebox");
    }

    @Test
    void aDatabaseIsConnectedEditedAndDisconnectedAndItsSecretNeverShown() {
        Signed signed = signedIn();
        String base = "/dashboard/tenancies/" + tenancy + "/external-databases";
        String secret = "postgres://me:hidden-word@localhost:1/shop";

        signed.change()
                .formParam("id", "main")
                .formParam("connection_string", secret)
                .formParam("schema", "public")
                .formParam("which_mappings", "some")
                .formParam("mappings", "users", "teams")
                .formParam("enabled", "true")
                .put(base)
                .then()
                .statusCode(204)
                .header("HX-Redirect", base + "/main");
        signed.change()
                .formParam("schema", "other")
                .formParam("which_mappings", "all")
                .formParam("enabled", "true")
                .put(base + "/main")
                .then()
                .statusCode(204);

        operator()
                .get("/api/latest/internal/external-db-sync/tenancies/" + tenancy + "/external-databases/main")
                .then()
                .body("schema", is("other"))
                .body("mappings.size()", is(11))
                .body("connection.user", is("me"));
        for (String page : new String[] {base + "/main", base + "/main/edit", "/dashboard/tenancies/" + tenancy}) {
            signed.request()
                    .get(page)
                    .then()
                    .statusCode(200)
                    .body(containsString("postgres://me:***@localhost:1/shop"), not(containsString("hidden-word")));
        }
        signed.change().delete(base + "/main").then().statusCode(204);
        signed.request().get(base + "/main").then().statusCode(404).body(containsString("no external database"));
    }

    @Test
    void aRefusalIsASentenceInThePage() {
        signedIn()
                .change()
                .header("HX-Request", "true")
                .formParam("id", "main")
                .formParam("connection_string", "mysql://nobody")
                .put("/dashboard/tenancies/" + tenancy + "/external-databases")
                .then()
                .statusCode(400)
                .contentType(ContentType.HTML)
                .header("HX-Retarget", "#notice")
                .body(containsString("class=\"notice notice-bad\""), not(blankOrNullString()));
    }

    @Test
    void whatADatabaseSaysIsText() {
        String markup = "<script>alert(1)</script><img src=x onerror=alert(2)>";
        operator()
                .body("{\"type\":\"postgres\",\"connection_string\":\"postgres://me@localhost:1/%3Cimg%20src=x%3E\"}")
                .put("/api/latest/internal/external-db-sync/tenancies/" + tenancy + "/external-databases/main")
                .then()
                .statusCode(200);
        database.update(
                "UPDATE dbsync.\"ExternalDatabase\" SET \"errorCode\" = 'TARGET_ERROR', \"errorBlame\" = 'destination',"
                        + " \"errorMessage\" = ?, \"errorRemedy\" = ?, \"failingSince\" = now(), \"attempts\" = 1",
                markup,
                markup);
        Signed signed = signedIn();

        for (String page : new String[] {"/external-databases/main", "/external-databases/main/live", ""}) {
            signed.request()
                    .get("/dashboard/tenancies/" + tenancy + page)
                    .then()
                    .statusCode(200)
                    .body(
                            containsString("&lt;script&gt;alert(1)"),
                            not(containsString("<script>alert")),
                            not(containsString("<img src=x")));
        }
        signed.request().get("/dashboard/tenancies").then().body(not(containsString("<img src=x")));
    }

    @Test
    void filesAreKeptForEverUnderAnAddressThatChangesWithThem() {
        String page = browser().get("/dashboard/sign-in").asString();
        Matcher asset =
                Pattern.compile("(?:href|src)=\"(/dashboard/assets/[^\"]+)\"").matcher(page);
        int files = 0;
        while (asset.find()) {
            given().get(asset.group(1)).then().statusCode(200).header("Cache-Control", containsString("immutable"));
            files++;
        }
        assertThat(files).isGreaterThanOrEqualTo(6);
        given().get("/dashboard/assets/0000000000000000/dashboard.js").then().statusCode(404);
    }

    private record Signed(String cookie, String token) {

        RequestSpecification request() {
            return browser().cookie(SessionCookie.NAME, cookie);
        }

        /** As htmx sends what changes something. */
        RequestSpecification change() {
            return request()
                    .contentType(ContentType.URLENC)
                    .header("Origin", origin())
                    .header("X-Request-Token", token);
        }
    }

    private static Signed signedIn() {
        Response response =
                form().formParam("token", TOKEN).formParam("actor", "Ada <b>").post("/dashboard/sign-in");
        response.then().statusCode(303);
        String cookie = response.cookie(SessionCookie.NAME);
        Matcher token = REQUEST_TOKEN.matcher(browser()
                .cookie(SessionCookie.NAME, cookie)
                .get("/dashboard/audit")
                .asString());
        assertThat(token.find()).isTrue();
        return new Signed(cookie, token.group(1));
    }

    private static Response signIn(String token, String next) {
        return form().formParam("token", token).formParam("next", next).post("/dashboard/sign-in");
    }

    private static RequestSpecification form() {
        return browser().contentType(ContentType.URLENC).header("Origin", origin());
    }

    private static String origin() {
        return "http://localhost:" + io.restassured.RestAssured.port;
    }

    private static RequestSpecification browser() {
        return given().config(RestAssuredConfig.config()
                .redirect(RedirectConfig.redirectConfig().followRedirects(false)));
    }
}
