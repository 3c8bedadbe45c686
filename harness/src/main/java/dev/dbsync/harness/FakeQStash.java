package dev.dbsync.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A QStash of our own for tests: takes {@code POST /v2/batch} as its API has it, and is strict about it, then signs, delivers
 * and retries, faster than the real one. It signs on its own, so that the services are not tested against themselves.
 * Thread-safe.
 */
public final class FakeQStash implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration RETRY_PAUSE = Duration.ofMillis(300);
    private static final Duration DELIVERY_TIME_OUT = Duration.ofSeconds(60);
    private static final int LIFE_SECONDS = 300;
    private static final Pattern FLOW_CONTROL =
            Pattern.compile("(parallelism|rate|period)=[0-9a-z]+(, *(parallelism|rate|period)=[0-9a-z]+)*");
    /** What a header of the message begins with that the delivery gets without it. */
    private static final String FORWARDED = "upstash-forward-";

    private static final Set<String> KNOWN_HEADERS = Set.of(
            "upstash-method",
            "upstash-retries",
            "upstash-retry-delay",
            "upstash-timeout",
            "upstash-deduplication-id",
            "upstash-flow-control-key",
            "upstash-flow-control-value",
            "upstash-telemetry-sdk",
            "upstash-telemetry-platform",
            "upstash-telemetry-runtime",
            "content-type");

    /**
     * A message that was accepted.
     *
     * @param headers by name in lower case
     */
    public record Message(String id, String destination, Map<String, String> headers, String body) {

        /** What makes two messages one; empty if nothing does. */
        public String deduplicationId() {
            return headers.getOrDefault("upstash-deduplication-id", "");
        }
    }

    /** What a publish is answered with instead of being accepted. */
    public record Answer(int status, Map<String, String> headers, String body) {}

    private final String token;
    private final HttpServer server;
    private final ScheduledExecutorService workers = Executors.newScheduledThreadPool(16);
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final List<Message> accepted = new CopyOnWriteArrayList<>();
    private final List<Message> dead = new CopyOnWriteArrayList<>();
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final Map<String, String> idOfDeduplicationId = new ConcurrentHashMap<>();

    private volatile String signingKey;
    private volatile Predicate<Message> refusing = message -> false;
    private volatile Predicate<Message> losing = message -> false;
    private volatile Answer answer;
    private volatile Duration silence = Duration.ZERO;

    /**
     * Starts it on a free port of the loopback address.
     *
     * @param token      what publishers must show
     * @param signingKey what deliveries are signed with
     */
    public FakeQStash(String token, String signingKey) {
        this.token = token;
        this.signingKey = signingKey;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::take);
        server.setExecutor(workers);
        server.start();
    }

    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Everything that was accepted and was no duplicate, in order. */
    public List<Message> accepted() {
        return List.copyOf(accepted);
    }

    /** What could not be delivered with all its retries. */
    public List<Message> deadLetters() {
        return List.copyOf(dead);
    }

    /** How many messages came with each publish so far. */
    public List<Integer> batches() {
        return List.copyOf(batches);
    }

    /** Signs with another key from now on. */
    public void signWith(String key) {
        signingKey = key;
    }

    /** Answers these messages with an error of their own; the others of their batch are accepted. */
    public void refuse(Predicate<Message> messages) {
        refusing = messages;
    }

    /** Accepts these messages and then loses them. */
    public void lose(Predicate<Message> messages) {
        losing = messages;
    }

    /** Answers every publish like this; null to accept again. */
    public void answer(Answer value) {
        answer = value;
    }

    /** Accepts, but says so only after this time. */
    public void answerAfter(Duration value) {
        silence = value;
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer given = answer(exchange);
            given.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            byte[] body = given.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(given.status(), body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException, InterruptedException {
        String raw = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (!exchange.getRequestMethod().equals("POST")
                || !exchange.getRequestURI().getPath().equals("/v2/batch")) {
            return error(404, "not found");
        }
        if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return error(401, "invalid token");
        }
        if (answer != null) {
            return answer;
        }
        JsonNode messages;
        try {
            messages = JSON.readTree(raw);
        } catch (JsonProcessingException e) {
            return error(400, "invalid json");
        }
        if (!messages.isArray() || messages.isEmpty()) {
            return error(400, "expected an array of messages");
        }
        batches.add(messages.size());
        var entries = new ArrayList<Map<String, ?>>();
        for (JsonNode message : messages) {
            entries.add(accept(message));
        }
        if (!silence.isZero()) {
            TimeUnit.MILLISECONDS.sleep(silence.toMillis());
        }
        return new Answer(200, Map.of("Content-Type", "application/json"), JSON.writeValueAsString(entries));
    }

    private Map<String, ?> accept(JsonNode json) {
        var headers = new LinkedHashMap<String, String>();
        json.path("headers")
                .properties()
                .forEach(header -> headers.put(
                        header.getKey().toLowerCase(Locale.ROOT),
                        header.getValue().asText()));
        var message = new Message(
                "msg_" + UUID.randomUUID(),
                json.path("destination").asText(),
                headers,
                json.path("body").asText());
        String fault = fault(json, message);
        if (fault != null) {
            return Map.of("error", fault);
        }
        String earlier = message.deduplicationId().isEmpty()
                ? null
                : idOfDeduplicationId.putIfAbsent(message.deduplicationId(), message.id());
        if (earlier != null) {
            return Map.of("messageId", earlier, "deduplicated", true);
        }
        accepted.add(message);
        if (!losing.test(message)) {
            workers.execute(() -> deliver(message, 0));
        }
        return Map.of("messageId", message.id(), "url", message.destination());
    }

    /** What the real one would not take, or what it would silently not understand. */
    private String fault(JsonNode json, Message message) {
        if (refusing.test(message)) {
            return "refused on purpose";
        }
        if (!message.destination().matches("https?://.+")) {
            return "the destination is no URL";
        }
        if (!json.path("body").isTextual()) {
            return "the body is no text";
        }
        for (String name : message.headers().keySet()) {
            if (!KNOWN_HEADERS.contains(name) && !name.startsWith(FORWARDED)) {
                return "unknown header " + name;
            }
        }
        String flow = message.headers().get("upstash-flow-control-value");
        boolean keyed = message.headers().containsKey("upstash-flow-control-key");
        if (keyed != (flow != null) || (keyed && !FLOW_CONTROL.matcher(flow).matches())) {
            return "invalid flow control";
        }
        return null;
    }

    private void deliver(Message message, int retried) {
        if (succeeds(message, retried)) {
            return;
        }
        int retries = Integer.parseInt(message.headers().getOrDefault("upstash-retries", "3"));
        if (retried >= retries) {
            dead.add(message);
        } else if (!workers.isShutdown()) {
            workers.schedule(() -> deliver(message, retried + 1), RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private boolean succeeds(Message message, int retried) {
        var request = HttpRequest.newBuilder(URI.create(message.destination()))
                .timeout(DELIVERY_TIME_OUT)
                .header("Content-Type", message.headers().getOrDefault("content-type", "text/plain"))
                .header("Upstash-Message-Id", message.id())
                .header("Upstash-Retried", Integer.toString(retried))
                .header("Upstash-Signature", sign(message.destination(), message.body(), signingKey, Instant.now()))
                .method(
                        message.headers().getOrDefault("upstash-method", "POST"),
                        BodyPublishers.ofString(message.body()));
        message.headers().forEach((name, value) -> {
            if (name.startsWith(FORWARDED)) {
                request.header(name.substring(FORWARDED.length()), value);
            }
        });
        try {
            return http.send(request.build(), BodyHandlers.discarding()).statusCode() / 100 == 2;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** A token in QStash's scheme, with the padding that the real one leaves in its hash. */
    public static String sign(String url, String body, String key, Instant now) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
            var claims = JSON.createObjectNode();
            claims.put("iss", "Upstash");
            claims.put("sub", url);
            claims.put("exp", now.getEpochSecond() + LIFE_SECONDS);
            claims.put("nbf", now.getEpochSecond());
            claims.put("iat", now.getEpochSecond());
            claims.put("jti", "jwt_" + UUID.randomUUID());
            claims.put("body", Base64.getUrlEncoder().encodeToString(digest));
            String signed = part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + part(claims.toString());
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "."
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Answer error(int status, String message) {
        return new Answer(status, Map.of(), "{\"error\":\"" + message + "\"}");
    }
}
