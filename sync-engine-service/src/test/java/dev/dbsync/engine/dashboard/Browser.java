package dev.dbsync.engine.dashboard;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody's browser, as far as cookies and addresses go. It goes where it is told, one step at a time. */
final class Browser {

    private static final Pattern REQUEST_TOKEN = Pattern.compile("name=\"request-token\" content=\"([^\"]+)\"");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Cookie> cookies = new LinkedHashMap<>();

    private record Cookie(String value, String path) {}

    /** @param address absolute, or of the engine */
    HttpResponse<String> get(String address) {
        return send(request(address).GET());
    }

    /** As htmx sends what changes something from the page at {@code /}. */
    HttpResponse<String> post(String address, String form) {
        Matcher token = REQUEST_TOKEN.matcher(get("/").body());
        if (!token.find()) {
            throw new AssertionError("nobody is signed in");
        }
        return send(request(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", engine())
                .header("X-Request-Token", token.group(1))
                .POST(BodyPublishers.ofString(form)));
    }

    Optional<String> cookie(String name) {
        return Optional.ofNullable(cookies.get(name)).map(Cookie::value);
    }

    Set<String> cookieNames() {
        return cookies.keySet();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            response.headers().allValues("Set-Cookie").forEach(this::keep);
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String address) {
        URI uri = URI.create(address.startsWith("/") ? engine() + address : address);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        String sent = cookies.entrySet().stream()
                .filter(cookie ->
                        uri.toString().startsWith(engine() + cookie.getValue().path()))
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue().value())
                .collect(Collectors.joining("; "));
        return sent.isEmpty() ? request : request.header("Cookie", sent);
    }

    private void keep(String header) {
        String[] parts = header.split(";");
        String[] nameAndValue = parts[0].split("=", 2);
        String path = "/";
        boolean ended = false;
        for (String part : parts) {
            String attribute = part.strip();
            if (attribute.toLowerCase(Locale.ROOT).startsWith("path=")) {
                path = attribute.substring("path=".length());
            }
            ended |= attribute.equalsIgnoreCase("max-age=0");
        }
        if (ended) {
            cookies.remove(nameAndValue[0]);
        } else {
            cookies.put(nameAndValue[0], new Cookie(nameAndValue[1], path));
        }
    }

    static String engine() {
        return "http://localhost:" + RestAssured.port;
    }
}
