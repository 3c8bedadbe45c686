package dev.dbsync.engine.oidc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** A small OpenID provider: discovery, keys, authorization without asking anybody, tokens for codes whose PKCE verifier fits. */
public final class FakeIdentityProvider implements AutoCloseable {

    public static final String CLIENT = "dbsync";
    public static final String SECRET = "secret-of-the-client";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final KeyPair key = newKey();
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();

    private volatile Map<String, Object> user = Map.of();
    private volatile UnaryOperator<String> spoiler = UnaryOperator.identity();
    private volatile boolean away;

    /** What a code stands for. */
    private record Grant(Map<String, String> request, Map<String, Object> user) {}

    public FakeIdentityProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "fake-identity-provider");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::answer);
        server.start();
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Who is at the browser from now on. */
    public void isVisitedBy(String name, String... groups) {
        user = Map.of("sub", "id-of-" + name, "preferred_username", name, "groups", List.of(groups));
        spoiler = UnaryOperator.identity();
    }

    /** What becomes of the next ID tokens. */
    public void spoilsIdTokens(UnaryOperator<String> how) {
        spoiler = how;
    }

    /** Closes every connection without a word. */
    public void isAway(boolean gone) {
        away = gone;
    }

    /** Claims of a good token for the API. */
    public Map<String, Object> claims(String name, String... groups) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", issuer());
        claims.put("aud", CLIENT);
        claims.put("sub", "id-of-" + name);
        claims.put("preferred_username", name);
        claims.put("groups", List.of(groups));
        claims.put("iat", Instant.now().getEpochSecond());
        claims.put("exp", Instant.now().plusSeconds(300).getEpochSecond());
        return claims;
    }

    public String token(String name, String... groups) {
        return signed(claims(name, groups));
    }

    /** Signed by the provider, whatever the claims are. */
    public String signed(Map<String, Object> claims) {
        return signed(claims, key);
    }

    /** Says that it is signed by the provider's key. */
    public static String signedByAStranger(Map<String, Object> claims) {
        return signed(claims, newKey());
    }

    /** Says that it needs no signature, and has one all the same, or none. */
    public static String unsigned(Map<String, Object> claims, String signature) {
        return part(Map.of("alg", "none", "kid", "first")) + "." + part(claims) + "." + signature;
    }

    private static String signed(Map<String, Object> claims, KeyPair key) {
        String content = part(Map.of("alg", "RS256", "typ", "JWT", "kid", "first")) + "." + part(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(Map<String, Object> json) {
        return BASE64.encodeToString(json(json).getBytes(StandardCharsets.UTF_8));
    }

    private static String json(Map<String, Object> object) {
        try {
            return JSON.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (away) {
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/.well-known/openid-configuration" -> send(exchange, 200, metadata());
                case "/jwks" -> send(exchange, 200, Map.of("keys", List.of(jwk())));
                case "/authorize" -> authorize(exchange);
                case "/token" -> grant(exchange);
                default -> send(exchange, 404, Map.of());
            }
        }
    }

    private Map<String, Object> metadata() {
        return Map.of(
                "issuer", issuer(),
                "authorization_endpoint", issuer() + "/authorize",
                "token_endpoint", issuer() + "/token",
                "jwks_uri", issuer() + "/jwks");
    }

    private Map<String, Object> jwk() {
        RSAPublicKey open = (RSAPublicKey) key.getPublic();
        return Map.of(
                "kty", "RSA",
                "use", "sig",
                "alg", "RS256",
                "kid", "first",
                "n", base64(open.getModulus()),
                "e", base64(open.getPublicExponent()));
    }

    private static String base64(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return BASE64.encodeToString(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> request = form(exchange.getRequestURI().getRawQuery());
        if (!CLIENT.equals(request.get("client_id"))
                || !"code".equals(request.get("response_type"))
                || !"S256".equals(request.get("code_challenge_method"))) {
            send(exchange, 400, Map.of("error", "invalid_request"));
            return;
        }
        String code = UUID.randomUUID().toString();
        grants.put(code, new Grant(request, user));
        exchange.getResponseHeaders()
                .set(
                        "Location",
                        request.get("redirect_uri") + "?code=" + code + "&state="
                                + URLEncoder.encode(request.get("state"), StandardCharsets.UTF_8));
        exchange.sendResponseHeaders(302, -1);
    }

    private void grant(HttpExchange exchange) throws IOException {
        Map<String, String> asked = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Grant grant = grants.remove(asked.getOrDefault("code", ""));
        String credential =
                "Basic " + Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        if (grant == null
                || !credential.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                || !grant.request().get("redirect_uri").equals(asked.get("redirect_uri"))
                || !grant.request().get("code_challenge").equals(challenge(asked.getOrDefault("code_verifier", "")))) {
            send(exchange, 400, Map.of("error", "invalid_grant"));
            return;
        }
        var claims = new HashMap<>(claims("nobody"));
        claims.putAll(grant.user());
        Optional.ofNullable(grant.request().get("nonce")).ifPresent(nonce -> claims.put("nonce", nonce));
        send(
                exchange,
                200,
                Map.of(
                        "access_token",
                        "opaque-" + UUID.randomUUID(),
                        "token_type",
                        "Bearer",
                        "expires_in",
                        300,
                        "id_token",
                        spoiler.apply(signed(claims))));
    }

    private static String challenge(String verifier) {
        try {
            return BASE64.encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> form(String encoded) {
        var fields = new HashMap<String, String>();
        for (String field : encoded.split("&")) {
            String[] pair = field.split("=", 2);
            fields.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return fields;
    }

    private static void send(HttpExchange exchange, int status, Map<String, Object> body) throws IOException {
        byte[] bytes = json(body).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
