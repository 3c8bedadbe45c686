package dev.dbsync.scenarios;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator sees and does at the engine's page, in a real browser. */
@Tag("slow")
class TheDashboardShowsAndRepairs {

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    @RegisterExtension
    static final Browser browser = new Browser();

    @AfterEach
    void leaveEverythingOn() {
        installation
                .admin()
                .post(
                        "/fusebox",
                        Map.of("sequencer_enabled", true, "poller_enabled", true, "sync_engine_enabled", true));
    }

    @Test
    void aWrongTokenStaysOutAndTheRightOneLeadsToThePageThatWasAskedFor() {
        Page page = browser.page();
        page.navigate(url("/dashboard/tables"));
        page.getByLabel("Admin token").fill("not-the-admin-token");
        page.getByText("Sign in", new Page.GetByTextOptions().setExact(true))
                .last()
                .click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("This is not the admin token");

        page.getByLabel("Admin token").fill(token());
        page.keyboard().press("Enter");

        assertThat(page.getByRole(AriaRole.HEADING, level(1))).hasText("Source tables");
        page.locator("#sign-out").click();
        page.waitForURL("**/dashboard/sign-in");
        page.navigate(url("/"));
        assertThat(page.getByLabel("Admin token")).isVisible();
    }

    @Test
    void aChangeShowsWithoutTheReaderDoingAnything() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
        Page page = databasePage(tenant);
        page.evaluate("window.stillTheSamePage = true");
        Locator applied = page.locator("#mapping-users td[data-label=Applied]");
        assertThat(applied).hasText("0");

        tenant.user("Seen at once");

        assertThat(applied).hasText("1");
        assertThat(page.evaluate("window.stillTheSamePage")).isEqualTo(true);
    }

    @Test
    void aPausedDatabaseWaitsUntilItIsResumedFromThePage() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
        Page page = databasePage(tenant);

        page.locator("#pause").click();
        page.getByRole(AriaRole.BUTTON, named("Cancel")).click();
        assertThat(page.locator("#pause")).hasText("Pause");
        page.locator("#pause").click();
        confirm(page);
        assertThat(page.locator("#pause")).hasText("Resume");
        assertThat(state(page)).hasText("Paused");
        tenant.user("While it was paused");
        Eventually.staysTrueFor(
                Duration.ofSeconds(1), () -> assertThat(users(target)).isZero());

        page.locator("#pause").click();

        assertThat(state(page)).hasText("Up to date");
        assertThat(page.locator("#notice")).containsText("Resumed");
        Eventually.holds(() -> assertThat(users(target)).isOne());
    }

    @Test
    void aFailingDatabaseSaysWhoseTurnItIsAndIsRepairedFromThePage() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
        Page page = databasePage(tenant);

        target.drop();
        tenant.user("Owed");

        assertThat(state(page)).hasText("Failing");
        Locator fault = page.locator("#database .fault").first();
        assertThat(fault).containsText("The tenant’s side has to act");
        assertThat(fault).containsText("TARGET_DATABASE_MISSING");
        assertThat(fault).containsText("Create the database or correct its name");
        page.locator("#test").click();
        assertThat(page.locator("#tested")).containsText("something is missing");
        page.navigate(url("/dashboard/tenancies?state=error&search=" + tenant.id()));
        assertThat(page.locator("tbody tr")).hasCount(1);

        TestDatabase again = target.server().createDatabase("tenant");
        page.locator("#t-" + tenant.id()).click();
        page.locator("#open-main").click();
        page.locator("#edit").click();
        page.getByLabel("Connection string").fill(again.connectionString());
        page.locator("#save").click();

        assertThat(state(page)).hasText("Up to date");
        Oracle.awaitEqual(tenant, again);
        page.locator("#test").click();
        assertThat(page.locator("#tested")).containsText("everything a sync needs is there");
        again.drop();
    }

    @Test
    void aVerificationFindsWhatWasChangedByHandAndRepairsIt() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        UUID changed = tenant.user("As it should be");
        UUID removed = tenant.user("Missed");
        Oracle.awaitEqual(tenant, target);
        target.update("UPDATE users SET display_name = 'By hand' WHERE id = ?", changed);
        target.update("DELETE FROM users WHERE id = ?", removed);
        Page page = databasePage(tenant);

        page.locator("#verify").click();

        assertThat(page.locator("#verified")).containsText("2 differ");
        Locator users = page.locator("#verified-users");
        assertThat(users).containsText("different: id=" + changed);
        assertThat(users).containsText("missing: id=" + removed);
        page.locator("#repair").click();
        confirm(page);

        assertThat(page.locator("#verified")).containsText("nothing differs");
        assertThat(page.locator("#verified-users td[data-label=Repaired]")).hasText("2");
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void aRefusedRowShowsItsReasonAsTextAndIsTriedAgainFromThePage() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
        String markup = "<img src=x onerror=alert(1)>";
        target.execute("ALTER TABLE users ADD CONSTRAINT \"" + markup + "\" CHECK (display_name <> 'Bot')");
        Page page = databasePage(tenant);

        tenant.user("Bot");

        Locator quarantine = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Rows in quarantine"));
        assertThat(quarantine).containsText(markup);
        assertThat(quarantine).containsText("SQLSTATE 23514");
        assertThat(page.locator("main img")).hasCount(0);
        target.execute("ALTER TABLE users DROP CONSTRAINT \"" + markup + "\"");
        page.locator("#retry").click();

        assertThat(quarantine).hasCount(0);
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void aDatabaseIsConnectedAndDisconnectedFromThePage() {
        Tenant tenant = installation.tenant();
        tenant.user("There before");
        TestDatabase target = installation.target();
        Page page = signedIn("/dashboard/tenancies/" + tenant.id());
        assertThat(page.getByText("No database yet")).isVisible();
        page.locator("main").getByText("Connect a database").first().click();
        page.getByLabel("Connection string").fill("mysql://somewhere");
        page.locator("#save").click();
        assertThat(page.locator("#notice")).containsText("postgres");
        page.getByLabel("Connection string").fill(target.connectionString());
        page.locator("#save").click();

        assertThat(state(page)).hasText("Up to date");
        Oracle.awaitEqual(tenant, target);
        assertThat(page.content()).doesNotContain(target.connectionString());

        page.locator("#delete").click();
        confirm(page);
        page.waitForURL("**/dashboard/tenancies/" + tenant.id());
        assertThat(page.getByText("No database yet")).isVisible();
        assertThat(users(target)).isOne();
    }

    @Test
    void aStageIsSwitchedOffAndOnAgainAndTheAuditSaysWho() {
        Page page = signedIn("/");
        Locator fuse = page.locator("#switch-poller");
        assertThat(fuse).hasAttribute("aria-checked", "true");

        fuse.click();
        confirm(page);

        assertThat(fuse).hasAttribute("aria-checked", "false");
        assertThat(page.getByText("A stage is switched off.")).isVisible();
        assertThat(installation
                        .admin()
                        .get("/fusebox")
                        .body()
                        .path("poller_enabled")
                        .asBoolean())
                .isFalse();
        fuse.click();
        assertThat(fuse).hasAttribute("aria-checked", "true");

        page.getByRole(AriaRole.LINK, named("Audit")).click();
        Locator newest = page.locator("tbody tr").first();
        assertThat(newest).containsText("fusebox");
        assertThat(newest).containsText("Grace");
        assertThat(newest).containsText("poller enabled: true");
    }

    @Test
    void everythingIsDoneWithTheKeyboardAlone() {
        Tenant tenant = installation.tenant();
        Oracle.awaitEqual(tenant, tenant.connected());
        Page page = browser.page();
        page.navigate(url("/dashboard/tenancies/" + tenant.id() + "/external-databases/main"));
        page.keyboard().type(token());
        page.keyboard().press("Enter");
        assertThat(state(page)).hasText("Up to date");

        page.keyboard().press("Tab");
        assertThat(page.locator(":focus")).hasText("Skip to the content");
        assertThat(page.locator(".skip")).isInViewport();
        page.keyboard().press("Enter");
        tabTo(page, "pause");
        assertThat((String) page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
                .isEqualTo("solid");
        page.keyboard().press("Enter");
        assertThat(page.locator("#confirm")).isVisible();
        assertThat(page.locator(":focus")).hasText("Cancel");
        page.keyboard().press("Shift+Tab");
        page.keyboard().press("Enter");

        assertThat(state(page)).hasText("Paused");
        assertThat(page.locator(":focus")).hasText("Resume");
        page.waitForResponse(response -> response.url().endsWith("/live"), () -> {});
        assertThat(page.locator(":focus")).hasText("Resume");
        assertThat(page.locator("#announcer")).containsText("Paused");
        page.keyboard().press("Enter");
        assertThat(state(page)).hasText("Up to date");
    }

    @Test
    void aButtonIsPressedThoughThePageWantedToRenewItMeanwhile() {
        Tenant tenant = installation.tenant();
        Oracle.awaitEqual(tenant, tenant.connected());
        Page page = databasePage(tenant);
        page.locator("#pause").hover();
        page.mouse().down();
        page.waitForTimeout(2500);
        page.mouse().up();
        assertThat(page.locator("#confirm")).isVisible();
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void aNarrowWindowNeedsNoScrollingSideways(ColorScheme scheme) {
        Tenant tenant = installation.tenant();
        TestDatabase target = installation.target();
        target.execute("CREATE TABLE teams (is_not_ours int)");
        tenant.everything();
        tenant.connect("main", target, Map.of());
        Page page = browser.page(375, 740, scheme);
        page.navigate(url("/"));
        assertFits(page);
        signIn(page);
        String tenancy = "/dashboard/tenancies/" + tenant.id();
        for (String path : List.of(
                "/",
                "/dashboard/tables",
                "/dashboard/tenancies",
                tenancy,
                tenancy + "/add-database",
                tenancy + "/external-databases/main",
                tenancy + "/external-databases/main/edit",
                "/dashboard/audit",
                "/dashboard/nothing-here")) {
            page.navigate(url(path));
            assertFits(page);
        }
    }

    @Test
    void aSessionThatEndedLeadsToSignInAndBack() {
        Tenant tenant = installation.tenant();
        Page page = signedIn("/dashboard/tenancies/" + tenant.id());

        installation.internal().execute("DELETE FROM dbsync.\"DashboardSession\"");

        page.waitForURL(Pattern.compile(".*/dashboard/sign-in\\?next=.*"));
        page.getByLabel("Admin token").fill(token());
        page.keyboard().press("Enter");
        page.waitForURL("**/dashboard/tenancies/" + tenant.id());
    }

    private static void assertFits(Page page) {
        assertThat(page.locator("h1").first()).isVisible();
        assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                .as(page.url())
                .isLessThanOrEqualTo(375);
    }

    private static void tabTo(Page page, String id) {
        for (int i = 0; i < 20; i++) {
            page.keyboard().press("Tab");
            if (id.equals(page.evaluate("document.activeElement.id"))) {
                return;
            }
        }
        throw new AssertionError("No way to #" + id + " by the keyboard");
    }

    private static Page databasePage(Tenant tenant) {
        return signedIn("/dashboard/tenancies/" + tenant.id() + "/external-databases/main");
    }

    private static Page signedIn(String path) {
        Page page = browser.page();
        page.navigate(url(path));
        signIn(page);
        return page;
    }

    private static void signIn(Page page) {
        page.getByLabel("Admin token").fill(token());
        page.getByLabel("Your name").fill("Grace");
        page.keyboard().press("Enter");
        assertThat(page.locator("#sign-out")).isVisible();
    }

    private static void confirm(Page page) {
        page.getByRole(AriaRole.BUTTON, named("Yes, do it")).click();
    }

    private static Locator state(Page page) {
        return page.locator("h1 .state");
    }

    private static long users(TestDatabase target) {
        return target.queryLong("SELECT count(*) FROM users");
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    private static Page.GetByRoleOptions level(int level) {
        return new Page.GetByRoleOptions().setLevel(level);
    }

    private static String token() {
        return installation.stack().secrets().adminToken();
    }

    private static String url(String path) {
        return installation.service(Service.ENGINE).url() + path;
    }
}
