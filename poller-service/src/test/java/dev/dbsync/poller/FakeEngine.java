package dev.dbsync.poller;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Takes deliveries as the engine does, and answers each tenancy as a test wants it to. */
public final class FakeEngine implements AutoCloseable {

    /** One call, as it arrived. */
    public record Call(String path, Map<String, String> headers, byte[] body, Instant at) {

        boolean isFor(UUID tenancy) {
            return new String(body, StandardCharsets.UTF_8).contains(tenancy.toString());
        }
    }

    /** How a call is answered. */
    public interface Answer {

        void to(HttpExchange exchange) throws IOException;

        static Answer status(int status) {
            return exchange -> {
                byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            };
        }

        static Answer retryAfter(int status, String value) {
            return exchange -> {
                exchange.getResponseHeaders().add("Retry-After", value);
                status(status).to(exchange);
            };
        }
    }

    private final HttpServer server;
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<UUID, Answer> answers = new ConcurrentHashMap<>();

    public FakeEngine() {
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
        return "http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort();
    }

    /** From now on this tenancy's calls are answered so; others get 200. */
    public void answer(UUID tenancy, Answer answer) {
        answers.put(tenancy, answer);
    }

    public List<Call> calls(UUID tenancy) {
        return calls.stream().filter(call -> call.isFor(tenancy)).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = new ConcurrentHashMap<String, String>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
            var call = new Call(
                    exchange.getRequestURI().toString(),
                    headers,
                    exchange.getRequestBody().readAllBytes(),
                    Instant.now());
            calls.add(call);
            answerTo(call).to(exchange);
        }
    }

    private Answer answerTo(Call call) {
        return answers.entrySet().stream()
                .filter(entry -> call.isFor(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(Answer.status(200));
    }
}
