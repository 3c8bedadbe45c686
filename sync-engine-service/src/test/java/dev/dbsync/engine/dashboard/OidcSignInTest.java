package dev.dbsync.engine.dashboard;

import static dev.dbsync.engine.Operator.operator;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import dev.dbsync.engine.InternalDatabaseResource;
import dev.dbsync.engine.admin.AdminTokens;
import dev.dbsync.engine.internaldb.InternalDb;
import dev.dbsync.engine.oidc.FakeIdentityProvider;
import dev.dbsync.engine.oidc.OidcConfig;
import dev.dbsync.engine.oidc.OidcProvider;
import dev.dbsync.engine.oidc.WithIdentityProvider;
import dev.dbsync.harness.TestDatabase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Signing in to the dashboard by the identity provider, all the way there and back. */
@QuarkusTest
@QuarkusTestResource(InternalDatabaseResource.class)
@TestProfile(WithIdentityProvider.class)
class OidcSignInTest {

    private static final String SIGN_IN = "/dashboard/sign-in/oidc";
    private static final String SWITCH_OFF = "stage=poller&enabled=false";

    private final Browser browser = new Browser();

    TestDatabase database;
    FakeIdentityProvider provider;

    @Inject
    InternalDb internalDb;

    @Inject
    DashboardConfig config;

    @Inject
    AdminTokens tokens;

    @AfterEach
    void clear() {
        provider.isAway(false);
        database.execute(
                "DELETE FROM dbsync.\"ExternalDatabase\"",
                "DELETE FROM dbsync.\"AdminAction\"",
                "DELETE FROM dbsync.\"DashboardSession\"",
                "UPDATE dbsync.\"ExternalDbSyncMetadata\" SET \"pollerEnabled\" = true");
    }

    @Test
    void thePageToSignInHasAWayToTheProvider() {
        assertThat(browser.get("/dashboard/sign-in").body())
                .contains("href=\"/dashboard/sign-in/oidc\"")
                .contains("Sign in with your organisation’s account")
                .contains("Admin token");
    }

    @Test
    void anOperatorGoesThereAndComesBackSignedIn() {
        provider.isVisitedBy("ada", "staff", "dbsync-operator");

        HttpResponse<String> back = signIn(browser);

        assertThat(back.statusCode()).isEqualTo(200);
        assertThat(back.body()).contains("http-equiv=\"refresh\" content=\"0; url=/\"");
        assertThat(header(back, "Content-Security-Policy")).contains("default-src 'none'");
        assertThat(header(back, "Cache-Control")).isEqualTo("no-store");
        assertThat(String.join("\n", back.headers().allValues("Set-Cookie")))
                .contains("dbsync_session=")
                .containsIgnoringCase("SameSite=Strict");
        assertThat(browser.cookieNames())
                .as("nothing of the provider's is left behind")
                .containsExactly("dbsync_session");
        assertThat(browser.get("/").body()).contains("ada, operator").contains("role=\"switch\"");
        assertThat(browser.post("/dashboard/pipeline/fusebox", SWITCH_OFF).statusCode())
                .isEqualTo(200);
        operator()
                .get("/api/latest/internal/external-db-sync/audit")
                .then()
                .body("actions.action", equalTo(List.of("fusebox", "sign-in")))
                .body("actions.actor", equalTo(List.of("ada", "ada")))
                .body("actions.via", equalTo(List.of("dashboard", "dashboard")))
                .body("actions[0].details.vouched_by", is("oidc"))
                .body("actions[1].details.vouched_by", is("oidc"));
    }

    @Test
    void whoTurnsBackAtTheProviderMayBeginAgain() {
        provider.isVisitedBy("ada", "dbsync-operator");
        browser.get(SIGN_IN);
        browser.get(SIGN_IN);

        assertThat(signIn(browser).statusCode()).isEqualTo(200);
    }

    @Test
    void aViewerLooksAtEverythingAndChangesNothing() {
        UUID tenancy = UUID.randomUUID();
        String page = "/dashboard/tenancies/" + tenancy + "/external-databases/main";
        operator()
                .body("{\"type\":\"postgres\",\"connection_string\":\"postgres://me@localhost:1/shop\"}")
                .put("/api/latest/internal/external-db-sync/tenancies/" + tenancy + "/external-databases/main")
                .then()
                .statusCode(200);
        provider.isVisitedBy("grace", "dbsync-viewer");
        signIn(browser);

        assertThat(browser.get("/").body()).contains("grace, viewer").doesNotContain("hx-post=\"/dashboard/pipeline");
        for (String shown : new String[] {page, page + "/live", "/dashboard/tenancies/" + tenancy}) {
            HttpResponse<String> answer = browser.get(shown);
            assertThat(answer.statusCode()).as(shown).isEqualTo(200);
            assertThat(answer.body().replace("hx-post=\"/dashboard/sign-out\"", ""))
                    .as(shown)
                    .doesNotContain("hx-post", "hx-put", "hx-delete", "/edit", "/add-database");
        }
        for (String form : new String[] {page + "/edit", "/dashboard/tenancies/" + tenancy + "/add-database"}) {
            assertThat(browser.get(form).statusCode()).as(form).isEqualTo(403);
        }
        for (String action : new String[] {"/dashboard/pipeline/fusebox", page + "/pause", page + "/test"}) {
            HttpResponse<String> answer = browser.post(action, SWITCH_OFF);
            assertThat(answer.statusCode()).as(action).isEqualTo(403);
            assertThat(answer.body()).as(action).contains("signed in as a viewer");
        }
        assertThat(database.queryText("SELECT \"pollerEnabled\" FROM dbsync.\"ExternalDbSyncMetadata\""))
                .isEqualTo("t");

        assertThat(browser.post("/dashboard/sign-out", "").statusCode()).isEqualTo(204);
        assertThat(browser.get("/").statusCode()).isEqualTo(303);
    }

    @Test
    void whoHasNoRoleIsToldSoAndHasNoSession() {
        provider.isVisitedBy("eve", "staff");

        HttpResponse<String> back = signIn(browser);

        assertThat(back.statusCode()).isEqualTo(403);
        assertThat(back.body()).contains("has no role here");
        assertNobodyIsSignedIn();
    }

    @Test
    void aStateThatThisBrowserDidNotBeginWithIsRefused() {
        provider.isVisitedBy("ada", "dbsync-operator");
        String back = header(browser.get(header(browser.get(SIGN_IN), "Location")), "Location");

        assertThat(browser.get(back.replaceAll("state=.", "state=x")).statusCode())
                .isEqualTo(401);
        assertThat(browser.get(back.replaceAll("&state=.*", "")).statusCode()).isEqualTo(401);
        assertThat(new Browser().get(back).statusCode())
                .as("somebody else's browser, led there by a link")
                .isEqualTo(401);
        assertNobodyIsSignedIn();
    }

    @Test
    void aCodeIsOfUseOnceAndOnlyWithItsVerifier() {
        provider.isVisitedBy("ada", "dbsync-operator");
        String back = header(browser.get(header(browser.get(SIGN_IN), "Location")), "Location");
        String code = back.replaceAll(".*code=([^&]*).*", "$1");
        Browser thief = new Browser();
        String own = header(thief.get(header(thief.get(SIGN_IN), "Location")), "Location");

        HttpResponse<String> withTheirCode = thief.get(own.replaceAll("code=[^&]*", "code=" + code));

        assertThat(withTheirCode.statusCode()).isEqualTo(401);
        assertThat(browser.get(back).statusCode()).as("the code is spent").isEqualTo(401);
        assertNobodyIsSignedIn();
    }

    @Test
    void anIdTokenThatDoesNotHoldIsRefusedAndNotLogged() {
        var lines = new CopyOnWriteArrayList<String>();
        Handler ears = listeningTo(lines);
        Logger.getLogger("").addHandler(ears);
        try {
            provider.isVisitedBy("ada", "dbsync-operator");
            String[] spoilt = new String[2];
            provider.spoilsIdTokens(token -> spoilt[0] = token.substring(0, token.lastIndexOf('.')) + ".AAAA");
            assertThat(signIn(browser).statusCode()).isEqualTo(401);
            provider.spoilsIdTokens(token -> spoilt[1] = provider.token("ada", "dbsync-operator"));
            assertThat(signIn(browser).statusCode())
                    .as("good, but for another request: it lacks the nonce")
                    .isEqualTo(401);

            assertNobodyIsSignedIn();
            assertThat(lines).anyMatch(line -> line.contains("its form, signature or nonce is wrong"));
            for (String token : spoilt) {
                assertThat(lines).noneMatch(line -> line.contains(token.substring(0, token.lastIndexOf('.'))));
            }
        } finally {
            Logger.getLogger("").removeHandler(ears);
        }
    }

    @Test
    void whileTheProviderIsAwayNobodyComesBackFromIt() {
        provider.isVisitedBy("ada", "dbsync-operator");
        String back = header(browser.get(header(browser.get(SIGN_IN), "Location")), "Location");
        provider.isAway(true);

        // What Quarkus makes of a connection that breaks at this moment does not always tell it from a refusal.
        assertThat(browser.get(back).statusCode()).isIn(401, 503);
        assertNobodyIsSignedIn();
    }

    @Test
    void aSessionEndsWithTheProviderTheClientAndTheRoleItIsOf() {
        provider.isVisitedBy("grace", "dbsync-viewer");
        signIn(browser);
        String cookie = browser.cookie("dbsync_session").orElseThrow();
        Optional<String> issuer = Optional.of(provider.issuer());

        assertThat(sessions(issuer, FakeIdentityProvider.CLIENT).find(cookie, false))
                .isPresent();
        assertThat(sessions(issuer, "another-client").find(cookie, false)).isEmpty();
        assertThat(sessions(Optional.of("https://id.example.com"), FakeIdentityProvider.CLIENT)
                        .find(cookie, false))
                .isEmpty();
        assertThat(sessions(Optional.empty(), "").find(cookie, false))
                .as("its proof is no token's: so does an engine from before there were roles see it")
                .isEmpty();

        database.execute("UPDATE dbsync.\"DashboardSession\" SET \"role\" = 'operator'");
        assertThat(browser.get("/").statusCode()).isEqualTo(303);
    }

    @Test
    void aSessionByAnAdminTokenIsAnOperatorsWhateverTheProvider() {
        String byToken = sessions(Optional.empty(), "").open("robot", "admin-token-for-tests");

        assertThat(sessions(Optional.of(provider.issuer()), FakeIdentityProvider.CLIENT)
                        .find(byToken, false))
                .hasValueSatisfying(session -> {
                    assertThat(session.role().mayChange()).isTrue();
                    assertThat(session.vouched()).isFalse();
                });
    }

    /** As another replica keeps them, or this one after a change of its settings. */
    private Sessions sessions(Optional<String> issuer, String client) {
        return new Sessions(internalDb, config, tokens, new OidcProvider(new Oidc(issuer, Optional.of(client))));
    }

    private record Oidc(Optional<String> issuer, Optional<String> clientId) implements OidcConfig {

        @Override
        public Optional<String> clientSecret() {
            return Optional.empty();
        }

        @Override
        public String rolesClaim() {
            return "groups";
        }

        @Override
        public String operatorRole() {
            return "dbsync-operator";
        }

        @Override
        public String viewerRole() {
            return "dbsync-viewer";
        }
    }

    /** To the provider and back, step by step. */
    private static HttpResponse<String> signIn(Browser browser) {
        HttpResponse<String> away = browser.get(SIGN_IN);
        assertThat(away.statusCode()).isEqualTo(303);
        HttpResponse<String> back = browser.get(header(away, "Location"));
        assertThat(back.statusCode()).isEqualTo(302);
        return browser.get(header(back, "Location"));
    }

    private void assertNobodyIsSignedIn() {
        assertThat(database.queryLong("SELECT count(*) FROM dbsync.\"DashboardSession\""))
                .isZero();
        assertThat(browser.cookie("dbsync_session")).isEmpty();
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers()
                .firstValue(name)
                .orElseThrow(() -> new AssertionError(name + " is missing: " + response));
    }

    private static Handler listeningTo(List<String> lines) {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(new SimpleFormatter().format(line) + Arrays.toString(line.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
