package dev.dbsync.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The HTTP routes of one service, with one bearer token. Every status is an answer, never an exception. Thread-safe. */
public final class ApiClient {

    /** What every route begins with. */
    public static final String PREFIX = "/api/latest/internal/external-db-sync";

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final String baseUrl;
    private final String bearerToken;

    /** @param bearerToken null to send none */
    public ApiClient(String baseUrl, String bearerToken) {
        this.baseUrl = baseUrl;
        this.bearerToken = bearerToken;
    }

    /**
     * An answer.
     *
     * @param text the raw body
     * @param body the body as JSON; a missing node where it is empty or no JSON
     */
    public record Response(int status, String text, JsonNode body, HttpHeaders headers) {

        /** This answer, if its status is in the 200s. */
        public Response expectSuccess() {
            if (status / 100 != 2) {
                throw new IllegalStateException("Expected success, got " + status + ": " + text);
            }
            return this;
        }

        /** The error's {@code code}; empty where there is none. */
        public String code() {
            return body.path("code").asText();
        }
    }

    /** @param path behind the prefix, such as {@code /status?scope=all} */
    public Response get(String path) {
        return send("GET", path, null);
    }

    /** @param body null for none, text to send as it is, anything else becomes JSON */
    public Response post(String path, Object body) {
        return send("POST", path, body);
    }

    /** @param body as of {@link #post} */
    public Response put(String path, Object body) {
        return send("PUT", path, body);
    }

    public Response delete(String path) {
        return send("DELETE", path, null);
    }

    /** Creates or replaces an external database of type {@code postgres} with every default. */
    public Response connect(UUID tenancy, String id, String connectionString) {
        return connect(tenancy, id, connectionString, Map.of());
    }

    /** Creates or replaces an external database; {@code more} are further fields of the request. */
    public Response connect(UUID tenancy, String id, String connectionString, Map<String, ?> more) {
        var fields = new HashMap<String, Object>();
        fields.put("type", "postgres");
        fields.put("connection_string", connectionString);
        fields.putAll(more);
        return put(pathOf(tenancy, id), fields);
    }

    /** {@code GET /status} of one tenancy. */
    public JsonNode status(UUID tenancy) {
        return get("/status?scope=tenancy&tenancyId=" + tenancy).expectSuccess().body();
    }

    /** {@code GET /status} of all. */
    public JsonNode status() {
        return get("/status?scope=all").expectSuccess().body();
    }

    /** The path of an external database behind the prefix. */
    public static String pathOf(UUID tenancy, String id) {
        return "/tenancies/" + tenancy + "/external-databases/" + id;
    }

    /** {@code http://host:port} and the prefix. */
    public String url() {
        return baseUrl + PREFIX;
    }

    private Response send(String method, String path, Object body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method, publisher(body));
        if (bearerToken != null) {
            request.header("Authorization", "Bearer " + bearerToken);
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Response(response.statusCode(), response.body(), parsed(response.body()), response.headers());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + url() + path + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    private static BodyPublisher publisher(Object body) {
        if (body == null) {
            return BodyPublishers.noBody();
        }
        try {
            return BodyPublishers.ofString(body instanceof String text ? text : JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static JsonNode parsed(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
