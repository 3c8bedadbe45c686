package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator puts new keys in place of old ones, replica after replica, while the application writes. */
@Tag("soak")
class KeysAreRotated {

    private static final Duration START = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Each poller delivers to the engine of its own. */
    @RegisterExtension
    static final Installation installation = Installation.with(builder -> builder.replicas(Service.POLLER, 2)
            .replicas(Service.ENGINE, 2)
            // Pollers are made to stand still, with claims that the other one is to take over soon.
            .environment(Service.POLLER, "DBSYNC_POLLER_LEASE", "2s"));

    private static String encryptionKey;

    private Tenant tenant;
    private TestDatabase target;

    @BeforeEach
    void connect() {
        if (encryptionKey == null) {
            encryptionKey = installation.stack().secrets().encryptionKeys();
        }
        tenant = installation.tenant();
        tenant.everything();
        target = tenant.connected();
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void theEncryptionKeyEngineByEngineAndTheSyncGoesOn() {
        String old = encryptionKey;
        String fresh = freshKey();
        Tenant late = installation.tenant();
        TestDatabase lateTarget;
        try (var application = Application.writing(1, List.of(tenant))) {
            engines().forEach(engine -> encryption(engine, old + "," + fresh));
            encryption(engines().get(0), fresh + "," + old);
            // One engine encrypts with the new key now, the other with the old one, and each reads what the other
            // stored.
            lateTarget = late.connected();
            late.everything();
            Oracle.awaitEqual(late, lateTarget);
            application.awaitTransactions(100);
            encryption(engines().get(1), fresh + "," + old);
            application.awaitTransactions(20);

            JsonNode moved = reEncrypt();
            assertThat(moved.path("re_encrypted").asLong()).isPositive();
            assertThat(moved.path("remaining").asLong()).isZero();
            assertThat(moved.path("unreadable")).isEmpty();
            assertThat(stringsUnder(idOf(old))).isZero();

            engines().forEach(engine -> encryption(engine, fresh));
            application.awaitTransactions(100);
        }
        encryptionKey = fresh;

        Oracle.awaitEqual(tenant, target);
        late.user("After the rotation");
        Oracle.awaitEqual(late, lateTarget);
        assertThat(installation.stack().logs().lines())
                .filteredOn(line -> line.contains("CONNECTION_STRING_UNREADABLE"))
                .noneMatch(line -> line.contains(tenant.id().toString())
                        || line.contains(late.id().toString()));
    }

    @Test
    void anEncryptionKeyThatIsTakenAwayTooEarlyIsMissedAndHealsWhenItIsBack() {
        String old = encryptionKey;
        String fresh = freshKey();
        engines().forEach(engine -> encryption(engine, fresh));
        tenant.user("Waits for the key");

        Eventually.holds(() -> {
            JsonNode error = database().path("error");
            assertThat(error.path("code").asText()).isEqualTo("CONNECTION_STRING_UNREADABLE");
            assertThat(error.path("blame").asText()).isEqualTo("operator");
            assertThat(error.path("remedy").asText()).contains("'" + idOf(old) + "'");
        });
        JsonNode left = reEncrypt().path("unreadable");
        assertThat(left.findValuesAsText("tenancy_id")).contains(tenant.id().toString());
        assertThat(left.findValuesAsText("key_id")).containsOnly(idOf(old));

        engines().forEach(engine -> encryption(engine, fresh + "," + old));
        installation.admin().post("/tenancies/" + tenant.id() + "/sync", null).expectSuccess();
        Oracle.awaitEqual(tenant, target);
        Eventually.holds(() -> assertThat(database().path("status").asText()).isEqualTo("ok"));

        reEncrypt();
        engines().forEach(engine -> encryption(engine, fresh));
        encryptionKey = fresh;
        tenant.user("Without the old key");
        Oracle.awaitEqual(tenant, target);
    }

    @Test
    void theSigningKeysReplicaByReplicaAndNoDeliveryIsRefused() {
        String old = installation.stack().secrets().signingCurrentKey();
        String fresh = text();
        try (var application = Application.writing(1, List.of(tenant))) {
            for (ServiceProcess replica : pollersBeforeEngines()) {
                signing(replica, old, fresh);
                awaitDeliveriesOfEach();
            }
            for (ServiceProcess replica : pollersBeforeEngines()) {
                signing(replica, fresh, old);
                awaitDeliveriesOfEach();
            }
            for (ServiceProcess replica : pollersBeforeEngines()) {
                signing(replica, fresh, text());
                awaitDeliveriesOfEach();
            }
            application.awaitTransactions(20);
        }

        Oracle.awaitEqual(tenant, target);
        Eventually.holds(
                () -> assertThat(installation.internal().queryLong("SELECT count(*) FROM dbsync.\"OutgoingRequest\""))
                        .as("requests left over")
                        .isZero());
        assertNothingRefused();
    }

    /** Two engines, of which one at a time is away: somebody always answers, and whoever answers takes the new token. */
    @Test
    void theAdminTokenEngineByEngineAndSomebodyAlwaysAnswers() {
        String old = installation.stack().secrets().adminToken();
        String fresh = text();
        for (ServiceProcess engine : engines()) {
            restart(engine, Map.of("DBSYNC_ADMIN_TOKEN_HASHES", "operators:" + sha256(fresh)));
            assertThat(opens(engine, old) && opens(engine, fresh)).isTrue();
        }
        for (ServiceProcess engine : engines()) {
            restart(engine, Map.of("DBSYNC_ADMIN_TOKEN", text()));
            assertThat(opens(engine, fresh)).isTrue();
            assertThat(opens(engine, old)).as("the token that was taken away").isFalse();
        }
        assertThat(installation.stack().logs()).doesNotContain(fresh);

        engines()
                .forEach(engine -> restart(engine, Map.of("DBSYNC_ADMIN_TOKEN", old, "DBSYNC_ADMIN_TOKEN_HASHES", "")));
    }

    private static boolean opens(ServiceProcess engine, String token) {
        return new ApiClient(engine.url(), token).get("/fusebox").status() == 200;
    }

    private static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Which poller wins a claim is chance, so one after the other stands still. An engine counts from its start. */
    private static void awaitDeliveriesOfEach() {
        List<ServiceProcess> pollers = installation.stack().services(Service.POLLER);
        for (int i = 0; i < pollers.size(); i++) {
            ServiceProcess engine = engines().get(i);
            ServiceProcess other = pollers.get(1 - i);
            other.pause();
            try {
                double before = deliveries(engine);
                Eventually.holdsWithin(
                        START, () -> assertThat(deliveries(engine)).isGreaterThan(before));
            } finally {
                other.resume();
            }
        }
        assertNothingRefused();
    }

    private static double deliveries(ServiceProcess engine) {
        return metrics(engine)
                .lines()
                .filter(line -> line.startsWith("http_server_requests_seconds_count{method=\"POST\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static void assertNothingRefused() {
        for (ServiceProcess engine : engines()) {
            assertThat(metrics(engine)).doesNotContain("status=\"401\"");
        }
    }

    private static String metrics(ServiceProcess engine) {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(URI.create(engine.url() + "/q/metrics"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<ServiceProcess> engines() {
        return installation.stack().services(Service.ENGINE);
    }

    /** The order in which a mistake would show: a poller signs with what no engine has heard of yet. */
    private static List<ServiceProcess> pollersBeforeEngines() {
        List<ServiceProcess> pollers = installation.stack().services(Service.POLLER);
        return List.of(
                pollers.get(0), engines().get(0), pollers.get(1), engines().get(1));
    }

    private static void encryption(ServiceProcess engine, String keys) {
        restart(engine, Map.of("DBSYNC_ENCRYPTION_KEYS", keys));
    }

    private static void signing(ServiceProcess replica, String current, String next) {
        restart(replica, Map.of("DBSYNC_SIGNING_CURRENT_KEY", current, "DBSYNC_SIGNING_NEXT_KEY", next));
    }

    private static void restart(ServiceProcess replica, Map<String, String> variables) {
        assertThat(replica.terminate()).as(replica + " ended on SIGTERM").isTrue();
        variables.forEach(replica::configure);
        replica.start();
        replica.awaitReady(START);
    }

    private static JsonNode reEncrypt() {
        return installation
                .admin()
                .post("/connection-strings/re-encrypt", null)
                .expectSuccess()
                .body();
    }

    private static long stringsUnder(String keyId) {
        ApiClient.Response answer =
                installation.admin().get("/connection-strings/re-encrypt").expectSuccess();
        for (JsonNode key : answer.body().path("keys")) {
            if (key.path("key_id").asText().equals(keyId)) {
                return key.path("connection_strings").asLong();
            }
        }
        throw new IllegalStateException("No key " + keyId + " in " + answer.text());
    }

    private JsonNode database() {
        return installation.admin().status(tenant.id()).at("/sync_engine/external_databases/0");
    }

    private static String idOf(String key) {
        return key.substring(0, key.indexOf(':'));
    }

    private static String freshKey() {
        return "key-" + RANDOM.nextInt(Integer.MAX_VALUE) + ":"
                + Base64.getEncoder().encodeToString(bytes());
    }

    private static String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes());
    }

    private static byte[] bytes() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
