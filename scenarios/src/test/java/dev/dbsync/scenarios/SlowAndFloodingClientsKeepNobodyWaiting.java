package dev.dbsync.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.harness.ApiClient;
import dev.dbsync.harness.Service;
import dev.dbsync.harness.ServiceProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients without any credential that send slowly, or too much. */
@Tag("slow")
class SlowAndFloodingClientsKeepNobodyWaiting {

    private static final int CLIENTS = 220;
    private static final String ROUTE = ApiClient.PREFIX + "/sync-engine";
    private static final Duration SOON = Duration.ofSeconds(5);

    @RegisterExtension
    static final Installation installation = Installation.with(builder -> {
        for (Service service : Service.values()) {
            builder.jvmOptions(service, "-Xmx96m", "-XX:+ExitOnOutOfMemoryError");
        }
        return builder;
    });

    /** The first words of each; then a byte now and then. */
    @ParameterizedTest
    @EnumSource(Service.class)
    void whoeverDripsHeadersOrBodies(Service service) throws IOException {
        String body = "POST " + ROUTE + " HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
        List<String> beginnings = List.of(
                "",
                "GET /q/health/live HTTP/1.1\r\nHost: h\r\nX: ",
                body + "Content-Length: 900000\r\n\r\n" + "x".repeat(20_000),
                body + "Content-Length: 15000\r\n\r\n" + "x".repeat(12_000),
                body + "Transfer-Encoding: chunked\r\n\r\n5000\r\n" + "x".repeat(0x5000) + "\r\n");
        for (String beginning : beginnings) {
            var clients = new ArrayList<Socket>();
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(begun(service, beginning));
                }
                for (int round = 0; round < 5; round++) {
                    for (Socket client : clients) {
                        drip(client);
                    }
                    assertAnswers(service);
                }
            } finally {
                for (Socket client : clients) {
                    client.close();
                }
            }
        }
        ServiceProcess process = installation.service(service);
        assertThat(process.isAlive()).isTrue();
        process.peakMemoryKib()
                .ifPresent(kib -> System.out.println("Slow clients: peak memory of " + service + " " + kib + " KiB"));
    }

    @Test
    void aBodyThatDoesNotArriveIsNotWaitedFor() throws IOException {
        try (Socket client =
                begun(Service.ENGINE, "POST " + ROUTE + " HTTP/1.1\r\nHost: h\r\nContent-Length: 200\r\n\r\nx")) {
            assertThat(answerTo(client)).startsWith("HTTP/1.1 408 ").contains("REQUEST_TIMEOUT");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SEQUENCER, 1, 60000",
        "SEQUENCER, 2000, 20",
        "POLLER, 1, 60000",
        "POLLER, 2000, 20",
        "ENGINE, 1, 60000",
        "ENGINE, 2000, 20"
    })
    void aFloodOfHeadersIsRefused(Service service, int headers, int length) throws IOException {
        var flood = new StringBuilder("GET /q/health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n");
        for (int i = 0; i < headers; i++) {
            flood.append("X-").append(i).append(": ").append("x".repeat(length)).append("\r\n");
        }
        try (Socket client = begun(service, flood.append("\r\n").toString())) {
            assertThat(answerTo(client)).startsWith("HTTP/1.").contains(" 431 ");
        }
        assertAnswers(service);
    }

    @Test
    void aLongAddressIsRefused() throws IOException {
        try (Socket client = begun(
                Service.ENGINE, "GET /" + "x".repeat(50_000) + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")) {
            assertThat(answerTo(client)).startsWith("HTTP/1.").contains(" 414 ");
        }
    }

    /** HTTP/2 would need no header to announce a body, so it is not spoken. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
    void aBodyOfUnknownLengthIsCutOffAtOneMebibyte(HttpClient.Version version) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        URI root = URI.create(installation.service(Service.ENGINE).url());
        // Would upgrade the connection.
        client.send(HttpRequest.newBuilder(root.resolve("/q/health/live")).build(), BodyHandlers.discarding());

        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(root.resolve(ROUTE))
                        .timeout(Duration.ofSeconds(20))
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[1_200_000])))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("BODY_TOO_LARGE");
    }

    private static void assertAnswers(Service service) {
        long before = System.nanoTime();
        ApiClient.Response answer = switch (service) {
            case ENGINE -> installation.admin().get("/fusebox");
            case SEQUENCER, POLLER ->
                installation
                        .stack()
                        .cron(service)
                        .get("/" + service.name().toLowerCase(Locale.ROOT) + "?maxDurationMs=1");
        };
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
    }

    private static Socket begun(Service service, String beginning) throws IOException {
        var socket = new Socket("127.0.0.1", installation.service(service).port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void drip(Socket client) {
        try {
            client.getOutputStream().write('x');
        } catch (IOException e) {
            // It was hung up on, which is fine.
        }
    }

    private static String answerTo(Socket client) throws IOException {
        try (InputStream in = client.getInputStream()) {
            var answer = new StringBuilder();
            for (int next = in.read(); next >= 0; next = in.read()) {
                answer.append((char) next);
            }
            return answer.toString();
        }
    }
}
