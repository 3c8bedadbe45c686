package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A Chromium for the tests of a class, with a fresh context for each of them. Where none is installed the class is skipped and says
 * so. After each test there must have been no error in the console, which is where the browser complains of what the content
 * security policy forbids, and no request to anybody else.
 */
final class Browser implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {

    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    /** What is printed for an answer that a test provokes, and by htmx for a refresh that gives way to an action. */
    private static final List<String> PROVOKED = List.of(
            "Failed to load resource: the server responded with a status of 4", "htmx:afterRequest", "htmx:sendAbort");

    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private Playwright playwright;
    private com.microsoft.playwright.Browser browser;
    private BrowserContext context;

    @Override
    public void beforeAll(ExtensionContext test) {
        Optional<Path> executable = executable();
        Assumptions.assumeTrue(
                executable.isPresent(), "No Chromium on the PATH (" + NAMES + "): the tests in a browser are skipped");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new LaunchOptions().setExecutablePath(executable.get()).setArgs(FLAGS));
    }

    @Override
    public void beforeEach(ExtensionContext test) {
        complaints.clear();
        context = context(1440, 900, ColorScheme.LIGHT);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        context.close();
        assertThat(complaints).isEmpty();
    }

    @Override
    public void afterAll(ExtensionContext test) {
        if (playwright != null) {
            playwright.close();
        }
    }

    /** A page of a reader of its own: nothing is signed in there. */
    Page page() {
        return context.newPage();
    }

    /** Likewise, in another window. */
    Page page(int width, int height, ColorScheme scheme) {
        context.close();
        context = context(width, height, scheme);
        return context.newPage();
    }

    private BrowserContext context(int width, int height, ColorScheme scheme) {
        BrowserContext made = browser.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setTimezoneId("UTC")
                .setLocale("en-GB"));
        made.setDefaultTimeout(15_000);
        made.onConsoleMessage(message -> {
            if (message.type().equals("error") && PROVOKED.stream().noneMatch(message.text()::startsWith)) {
                complaints.add(message.text());
            }
        });
        made.onWebError(error -> complaints.add(error.error()));
        made.onRequest(request -> {
            if (!request.url().startsWith("http://localhost:")) {
                complaints.add("Asked " + request.url());
            }
        });
        return made;
    }

    private static Optional<Path> executable() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
