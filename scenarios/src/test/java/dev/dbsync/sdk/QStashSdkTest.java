package dev.dbsync.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbsync.common.signature.UpstashSignature;
import dev.dbsync.common.signature.Verification;
import dev.dbsync.harness.FakeQStash;
import dev.dbsync.harness.Service;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What we believe of QStash against its official SDK for Node: its receiver takes our tokens and those of {@link FakeQStash}, we
 * take what it would take, and the fake understands what its client publishes. Skipped where Node or the package is absent.
 */
class QStashSdkTest {

    private static final String PACKAGE = "@upstash/qstash@2.12.0";
    private static final Path FOLDER = Service.root().resolve("scenarios/target/qstash-sdk");
    private static final long INSTALL_SECONDS = 90;

    private static final String CURRENT = "the current signing key, of more than 32 bytes";
    private static final String NEXT = "the next signing key, also of more than 32 bytes";
    private static final String URL = "https://sync.example.com/api/latest/internal/external-db-sync/sync-engine";
    private static final String BODY = "{\"tenancyId\":\"3f1c7a8e-7d5e-4b6e-9a55-0d4a3c5f2b11\"}";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static Process node;
    private static BufferedWriter commands;
    private static BufferedReader answers;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        if (!Files.exists(FOLDER.resolve("node_modules/@upstash/qstash/package.json"))) {
            run(
                    "npm",
                    "install",
                    "--prefix",
                    ".",
                    "--no-save",
                    "--no-package-lock",
                    "--no-audit",
                    "--no-fund",
                    PACKAGE);
        }
        try (InputStream script = QStashSdkTest.class.getResourceAsStream("/sdk/qstash.mjs")) {
            Files.write(FOLDER.resolve("qstash.mjs"), script.readAllBytes());
        }
        try {
            node = new ProcessBuilder("node", "qstash.mjs")
                    .directory(FOLDER.toFile())
                    .redirectError(FOLDER.resolve("errors.log").toFile())
                    .start();
        } catch (IOException e) {
            abort("QStash's SDK is not tried: Node cannot be started, " + e.getMessage());
        }
        commands = node.outputWriter(StandardCharsets.UTF_8);
        answers = node.inputReader(StandardCharsets.UTF_8);
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CURRENT, NEXT})
    void itsReceiverTakesTheTokensWeSign(String key) throws IOException {
        String token = UpstashSignature.sign(URL, BODY.getBytes(StandardCharsets.UTF_8), key, Instant.now());

        assertThat(received(token, URL, BODY).path("ok").asBoolean()).isTrue();
        assertThat(received(token, URL, BODY + " ").path("ok").asBoolean()).isFalse();
        assertThat(received(token, URL + "/other", BODY).path("ok").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {CURRENT, NEXT})
    void itsReceiverTakesTheFakesTokensAndSoDoWe(String key) throws IOException {
        String token = FakeQStash.sign(URL, BODY, key, Instant.now());

        assertThat(received(token, URL, BODY).path("ok").asBoolean()).isTrue();
        assertThat(verified(token)).isEqualTo(new Verification.Valid());
    }

    @Test
    void noneOfUsTakesAKeyOfSomebodyElse() throws IOException {
        String token = FakeQStash.sign(URL, BODY, "a key of somebody else, of more than 32 bytes", Instant.now());

        assertThat(received(token, URL, BODY).path("ok").asBoolean()).isFalse();
        assertThat(verified(token)).isEqualTo(new Verification.Refused(Verification.Reason.WRONG_KEY));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void weTakeWhatItsOwnLibrarySignsWithAndWithoutPadding(boolean padded) throws IOException {
        for (String key : List.of(CURRENT, NEXT)) {
            String token = asked("sign", Map.of("key", key, "url", URL, "body", BODY, "padded", padded))
                    .path("token")
                    .asText();

            assertThat(verified(token)).isEqualTo(new Verification.Valid());
            assertThat(received(token, URL, BODY).path("ok").asBoolean()).isTrue();
        }
    }

    /** So that the fake asks of our poller what the real one is asked by its own client. */
    @Test
    void theFakeUnderstandsWhatItsClientPublishes() throws IOException {
        try (var qstash = new FakeQStash("token", CURRENT)) {
            qstash.lose(message -> true);
            var message = Map.of(
                    "url",
                    URL,
                    "body",
                    Map.of("tenancyId", "t"),
                    "retries",
                    3,
                    "retryDelay",
                    "min(120000, 5000 * pow(5, retried))",
                    "timeout",
                    90,
                    "deduplicationId",
                    "d",
                    "flowControl",
                    Map.of("key", "external-db-sync", "parallelism", 20));

            JsonNode answer =
                    asked("batch", Map.of("url", qstash.url(), "token", "token", "messages", List.of(message)));

            assertThat(answer.at("/answer/0/messageId").asText()).startsWith("msg_");
            FakeQStash.Message accepted = qstash.accepted().get(0);
            assertThat(accepted.destination()).isEqualTo(URL);
            assertThat(accepted.body()).isEqualTo("{\"tenancyId\":\"t\"}");
            // What QStashDispatcherTest finds in the poller's messages.
            assertThat(accepted.headers())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("upstash-method", "POST")
                    .containsEntry("upstash-retries", "3")
                    .containsEntry("upstash-retry-delay", "min(120000, 5000 * pow(5, retried))")
                    .containsEntry("upstash-timeout", "90s")
                    .containsEntry("upstash-deduplication-id", "d")
                    .containsEntry("upstash-flow-control-key", "external-db-sync")
                    .containsEntry("upstash-flow-control-value", "parallelism=20");
            assertThat(Set.copyOf(accepted.headers().keySet())).hasSize(8);
        }
    }

    private static Verification verified(String token) {
        return UpstashSignature.verify(
                token, BODY.getBytes(StandardCharsets.UTF_8), List.of(URL), CURRENT, NEXT, Instant.now());
    }

    private static JsonNode received(String token, String url, String body) throws IOException {
        return asked("verify", Map.of("current", CURRENT, "next", NEXT, "signature", token, "url", url, "body", body));
    }

    private static JsonNode asked(String command, Map<String, ?> options) throws IOException {
        var line = new HashMap<String, Object>(options);
        line.put("command", command);
        commands.write(JSON.writeValueAsString(line) + "\n");
        commands.flush();
        String answer = answers.readLine();
        assertThat(answer).as(() -> "Node ended: " + errors()).isNotNull();
        return JSON.readTree(answer);
    }

    private static String errors() {
        try {
            return Files.readString(FOLDER.resolve("errors.log"));
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private static void run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(FOLDER.resolve("npm.log").toFile())
                    .start();
            if (!process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                abort("QStash's SDK is not tried: npm did not install " + PACKAGE + " within " + INSTALL_SECONDS
                        + " s");
            }
            if (process.exitValue() != 0) {
                abort("QStash's SDK is not tried: npm cannot install " + PACKAGE + ", see " + FOLDER + "/npm.log");
            }
        } catch (IOException e) {
            abort("QStash's SDK is not tried: npm cannot be started, " + e.getMessage());
        }
    }
}
