package dev.dbsync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The engine's admin API, with one token. Whatever is no success is a {@link Problem}. */
final class AdminApi {

    private static final String PREFIX = "/api/latest/internal/external-db-sync";
    private static final Duration CONNECT_TIME_OUT = Duration.ofSeconds(5);

    /** A preflight or a verification looks at a whole database. */
    private static final Duration TIME_OUT = Duration.ofMinutes(2);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIME_OUT).build();
    private final String url;
    private final String token;

    AdminApi(String url, String token) {
        this.url = url.replaceFirst("/+$", "");
        this.token = token;
    }

    /** @param path behind the prefix */
    JsonNode get(String path) {
        return send(request(path).GET());
    }

    /** @param body null for none */
    JsonNode post(String path, Object body) {
        try {
            return send(request(path)
                    .header("Content-Type", "application/json")
                    .POST(
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(JSON.writeValueAsString(body))));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** As one segment of a path, or a value of a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + PREFIX + path))
                .timeout(TIME_OUT)
                .header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() / 100 == 2) {
                return JSON.readTree(answer.body());
            }
            throw new Problem(1, refusal(answer));
        } catch (JsonProcessingException e) {
            throw new Problem(3, url + " answers, but not as a sync engine does");
        } catch (IOException e) {
            throw new Problem(
                    3,
                    url + " does not answer: " + e.getClass().getSimpleName()
                            + (e.getMessage() == null ? "" : ", " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(3, "interrupted");
        }
    }

    private static String refusal(HttpResponse<String> answer) {
        try {
            JsonNode body = JSON.readTree(answer.body());
            if (body.path("error").isTextual()) {
                return body.path("code").asText() + ": " + body.path("error").asText();
            }
        } catch (JsonProcessingException notOurs) {
            // Said below.
        }
        return "the engine answered " + answer.statusCode();
    }
}
