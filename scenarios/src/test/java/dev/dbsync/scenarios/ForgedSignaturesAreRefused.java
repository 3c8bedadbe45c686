package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Secrets;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import dev.dbsync.harness.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ForgedSignaturesAreRefused {

    private static final String ROUTE = ApiClient.PREFIX + "/sync-engine";
    private static final String BODY = "body";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @RegisterExtension
    static final Installation installation = Installation.everyday();

    private final String body = "{\"tenancyId\":\"" + UUID.randomUUID() + "\"}";
    private ServiceProcess engine;
    private Secrets secrets;

    @BeforeEach
    void look() {
        engine = installation.service(Service.ENGINE);
        secrets = installation.stack().secrets();
    }

    @Test
    void anHonestOneIsAcceptedWithTheCurrentAndWithTheNextKey() {
        assertAccepted(signed(secrets.signingCurrentKey(), claims()));
        assertAccepted(signed(secrets.signingNextKey(), claims()));
    }

    @Test
    void theHashOfTheBodyMayBePadded() {
        JwtClaims padded = claims();
        padded.setStringClaim(BODY, Base64.getUrlEncoder().encodeToString(sha256(body)));

        assertAccepted(signed(secrets.signingCurrentKey(), padded));
    }

    @Test
    void aDeliveryForAKnownTenancySyncsIt() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        tenant.user("Delivered");
        String known = "{\"tenancyId\":\"" + tenant.id() + "\"}";
        JwtClaims claims = claims();
        claims.setStringClaim(BODY, hash(known));

        HttpResponse<String> answer = deliver(signed(secrets.signingCurrentKey(), claims), known);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"ok\":true");
        Oracle.awaitEqual(tenant, target);
    }

    /** A delivery says no more than "look again", so a second look is all that a replay gets. */
    @Test
    void aReplayedOneChangesNothing() {
        Tenant tenant = installation.tenant();
        TestDatabase target = tenant.connected();
        UUID user = tenant.user("Once");
        Oracle.awaitEqual(tenant, target);
        String known = "{\"tenancyId\":\"" + tenant.id() + "\"}";
        JwtClaims claims = claims();
        claims.setStringClaim(BODY, hash(known));
        String token = signed(secrets.signingCurrentKey(), claims);
        String version = "SELECT string_agg(xmin::text || ctid::text, ',' ORDER BY id) FROM users";
        String before = target.queryText(version);

        for (int i = 0; i < 5; i++) {
            assertThat(deliver(token, known).statusCode()).isEqualTo(200);
        }

        assertThat(target.queryText(version)).isEqualTo(before);
        tenant.removeUser(user);
        Oracle.awaitEqual(tenant, target);
        assertThat(deliver(token, known).statusCode()).isEqualTo(200);
        Oracle.assertEqual(tenant, target);
    }

    @Test
    void twoAtOnceAre() {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(engine.url() + ROUTE))
                .header("Upstash-Signature", signed(secrets.signingCurrentKey(), claims()))
                .header("Upstash-Signature", signed(secrets.signingCurrentKey(), claims()))
                .POST(BodyPublishers.ofString(body));

        assertRefused(sent(request));
    }

    @Test
    void oneThatIsNestedDeeplyIs() {
        String deep = "{\"alg\":\"HS256\",\"x\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
        String[] honest = signed(secrets.signingCurrentKey(), claims()).split("\\.");

        assertRefused(deliver(base64(deep) + "." + honest[1] + "." + honest[2], body));
    }

    /** Every credential opens its own door and no other. */
    @Test
    void noCredentialServesInAnothersPlace() {
        String signature = signed(secrets.signingCurrentKey(), claims());
        for (String wrong : new String[] {
            signature,
            secrets.cronSecret(),
            secrets.signingCurrentKey(),
            secrets.adminToken() + "x",
            secrets.adminToken().toUpperCase(),
            "\"" + secrets.adminToken() + "\"",
            secrets.adminToken() + "," + secrets.adminToken()
        }) {
            assertThat(new ApiClient(engine.url(), wrong).get("/fusebox").status())
                    .as(wrong)
                    .isEqualTo(401);
        }
        for (Service service : new Service[] {Service.SEQUENCER, Service.POLLER}) {
            String path = service == Service.SEQUENCER ? "/sequencer" : "/poller";
            for (String wrong : new String[] {signature, secrets.adminToken(), secrets.signingCurrentKey()}) {
                assertThat(new ApiClient(installation.service(service).url(), wrong)
                                .get(path)
                                .status())
                        .isEqualTo(401);
            }
        }
        assertThat(new ApiClient(engine.url(), secrets.cronSecret())
                        .get("/status")
                        .status())
                .isEqualTo(401);
        for (String wrong : new String[] {secrets.adminToken(), secrets.cronSecret(), secrets.signingCurrentKey()}) {
            assertRefused(deliver(wrong, body));
        }
    }

    @Test
    void aBearerTokenIsTakenAsTheStandardWritesIt() {
        for (String header : new String[] {"Bearer %s", "bearer %s", "BEARER  %s "}) {
            assertThat(fusebox(header.formatted(secrets.adminToken())))
                    .as(header)
                    .isEqualTo(200);
        }
        for (String header : new String[] {"%s", "Basic %s", "Bearer", "Bearer%s", "Token %s", "Bearer Bearer %s"}) {
            assertThat(fusebox(header.formatted(secrets.adminToken())))
                    .as(header)
                    .isEqualTo(401);
        }
    }

    private int fusebox(String authorization) {
        return sent(HttpRequest.newBuilder(URI.create(engine.url() + ApiClient.PREFIX + "/fusebox"))
                        .header("Authorization", authorization)
                        .GET())
                .statusCode();
    }

    static Stream<Arguments> forgedClaims() {
        return Stream.of(
                forged("expired", c -> c.setExpirationTime(fromNow(-60))),
                forged("not valid yet", c -> c.setNotBefore(fromNow(120))),
                forged("of a long life", c -> c.setExpirationTime(fromNow(3_600))),
                forged("of an endless life", c -> c.setExpirationTime(NumericDate.fromSeconds(Long.MAX_VALUE / 2_000))),
                forged("another issuer", c -> c.setIssuer("Somebody")),
                forged("of another body", c -> c.setStringClaim(BODY, hash("{}"))),
                forged("an empty hash", c -> c.setStringClaim(BODY, "")),
                forged("a hash that is no text", c -> c.setClaim(BODY, 1)),
                forged("for another host", c -> c.setSubject("http://elsewhere.example" + ROUTE)),
                forged("for another route", c -> c.setSubject(origin(c) + ApiClient.PREFIX + "/poller")),
                forged("for the host alone", c -> c.setSubject(origin(c))),
                forged("for a longer URL", c -> c.setSubject(origin(c) + ROUTE + "/more")),
                forged("for a URL with a query", c -> c.setSubject(origin(c) + ROUTE + "?x=1")),
                forged("for a host that begins alike", c -> c.setSubject(origin(c) + ".evil.example" + ROUTE)),
                forged("without a body", c -> c.unsetClaim(BODY)),
                forged("without iss", c -> c.unsetClaim("iss")),
                forged("without sub", c -> c.unsetClaim("sub")),
                forged("without exp", c -> c.unsetClaim("exp")),
                forged("without nbf", c -> c.unsetClaim("nbf")),
                forged("without iat", c -> c.unsetClaim("iat")),
                forged("without jti", c -> c.unsetClaim("jti")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgedClaims")
    void oneWithWrongClaimsIs(String what, Consumer<JwtClaims> forge) {
        JwtClaims claims = claims();
        forge.accept(claims);

        assertRefused(deliver(signed(secrets.signingCurrentKey(), claims), body));
        assertRefused(deliver(signed(secrets.signingNextKey(), claims), body));
    }

    @Test
    void oneByAnotherKeyIs() {
        assertRefused(deliver(signed("another key of thirty-two letters or so", claims()), body));
        assertRefused(deliver(signed(secrets.adminToken().repeat(2), claims()), body));
    }

    @Test
    void oneByAnotherAlgorithmIs() {
        assertRefused(deliver(
                compact(
                        AlgorithmIdentifiers.HMAC_SHA512,
                        secrets.signingCurrentKey().repeat(2),
                        claims()),
                body));
        assertRefused(deliver(compact(AlgorithmIdentifiers.NONE, null, claims()), body));

        String honest = signed(secrets.signingCurrentKey(), claims());
        String none = base64("{\"alg\":\"none\",\"typ\":\"JWT\"}");
        assertRefused(deliver(none + honest.substring(honest.indexOf('.')), body));
        assertRefused(deliver(none + honest.substring(honest.indexOf('.'), honest.lastIndexOf('.') + 1), body));
    }

    @Test
    void oneThatIsMissingOrMalformedIs() {
        assertRefused(deliver(null, body));
        for (String token :
                new String[] {"", " ", "x", "..", "a.b.c", "bypass", "null", base64("{}") + "." + base64("{}") + "."}) {
            assertRefused(deliver(token, body));
        }
        String honest = signed(secrets.signingCurrentKey(), claims());
        assertRefused(deliver(honest.substring(0, honest.lastIndexOf('.')), body));
        assertRefused(deliver(honest + "x", body));
        assertRefused(deliver("Bearer " + honest, body));
    }

    @Test
    void oneWhosePayloadWasExchangedIs() {
        String[] honest = signed(secrets.signingCurrentKey(), claims()).split("\\.");
        JwtClaims other = claims();
        other.setStringClaim(BODY, hash("{}"));
        String[] exchanged =
                signed("another key of thirty-two letters or so", other).split("\\.");

        assertRefused(deliver(honest[0] + "." + exchanged[1] + "." + honest[2], "{}"));
    }

    @Test
    void oneThatFitsAnotherBodyIsWhateverTheBody() {
        String honest = signed(secrets.signingCurrentKey(), claims());

        assertRefused(deliver(honest, body + " "));
        assertRefused(deliver(honest, ""));
        assertRefused(deliver(honest, body.replace("tenancyId", "tenancyid")));
    }

    @Test
    void theHostHeaderIsNotBelieved() throws IOException {
        JwtClaims claims = claims();
        claims.setSubject("http://elsewhere.example" + ROUTE);

        try (var socket = new Socket("127.0.0.1", engine.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            "POST %s HTTP/1.1\r\nHost: elsewhere.example\r\nX-Forwarded-Host: elsewhere.example\r\nUpstash-Signature: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                                    .formatted(ROUTE, signed(secrets.signingCurrentKey(), claims), body.length(), body)
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void theAdminTokenIsNoSignature() {
        ApiClient.Response answer = installation.admin().post("/sync-engine", body);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("INVALID_SIGNATURE");
    }

    @Test
    void anHonestOneWithABadBodyIsBadInput() {
        for (String bad : new String[] {
            "", "{}", "[]", "null", "x", "{\"tenancyId\":1}", "{\"tenancyId\":\"x\"}", "{\"tenancyId\":null}"
        }) {
            JwtClaims claims = claims();
            claims.setStringClaim(BODY, hash(bad));
            HttpResponse<String> answer = deliver(signed(secrets.signingCurrentKey(), claims), bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(400);
            assertThat(answer.body()).as(bad).contains("\"ok\":false");
        }
    }

    private void assertAccepted(String token) {
        HttpResponse<String> answer = deliver(token, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"ok\":true");
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(answer.body()).contains("\"ok\":false", "INVALID_SIGNATURE");
    }

    private HttpResponse<String> deliver(String token, String text) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(engine.url() + ROUTE))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(text));
        if (token != null) {
            request.header("Upstash-Signature", token);
        }
        return sent(request);
    }

    private static HttpResponse<String> sent(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private JwtClaims claims() {
        var claims = new JwtClaims();
        claims.setIssuer("Upstash");
        claims.setSubject(engine.url() + ROUTE);
        claims.setIssuedAtToNow();
        claims.setNotBefore(fromNow(0));
        claims.setExpirationTime(fromNow(300));
        claims.setGeneratedJwtId();
        claims.setStringClaim(BODY, hash(body));
        return claims;
    }

    private static String signed(String key, JwtClaims claims) {
        return compact(AlgorithmIdentifiers.HMAC_SHA256, key, claims);
    }

    private static String compact(String algorithm, String key, JwtClaims claims) {
        var jws = new JsonWebSignature();
        jws.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        jws.setAlgorithmHeaderValue(algorithm);
        jws.setHeader("typ", "JWT");
        jws.setPayload(claims.toJson());
        if (key != null) {
            jws.setKey(new HmacKey(key.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Arguments forged(String what, Consumer<JwtClaims> forge) {
        return Arguments.of(what, forge);
    }

    private static String origin(JwtClaims claims) {
        return String.valueOf(claims.getClaimValue("sub")).replace(ROUTE, "");
    }

    private static NumericDate fromNow(int seconds) {
        return NumericDate.fromSeconds(NumericDate.now().getValue() + seconds);
    }

    private static String hash(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(text));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
