package dev.dbsync.scenarios.convergence;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dbsync.scenarios.convergence.Fault.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Stands between pollers and engines as a bad network would: while told so, it does to every second delivery what the kind
 * of fault says. Its address is what deliveries are signed for. Otherwise it passes them on, to any engine that is up.
 */
final class DeliveryProxy implements AutoCloseable {

    private static final int LATEST_MILLIS = 3_000;
    private static final int BAD_GATEWAY = 502;
    private static final String SIGNATURE = "Upstash-Signature";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Random random = new Random();
    private final AtomicLong deliveries = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool(DeliveryProxy::daemon);
    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(2, DeliveryProxy::daemon);
    private final Supplier<List<String>> engines;
    private final HttpServer server;
    private volatile Kind fault;

    /** @param engines the base URLs of engines that are up */
    DeliveryProxy(Supplier<List<String>> engines) {
        this.engines = engines;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** What pollers call, and signatures are for. */
    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** What to do to every second delivery; null for nothing. */
    void set(Kind kind) {
        fault = kind;
    }

    /** Deliveries that were passed on, so far. */
    long deliveries() {
        return deliveries.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        later.shutdownNow();
    }

    /** A request as it came. */
    private record Delivery(String path, String signature, byte[] body) {}

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var delivery = new Delivery(
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst(SIGNATURE),
                    exchange.getRequestBody().readAllBytes());
            answer(exchange, deliver(delivery, random.nextBoolean() ? fault : null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return what to tell the poller; null for a failure */
    private HttpResponse<byte[]> deliver(Delivery delivery, Kind now) throws InterruptedException {
        if (now == Kind.DELIVERY_LOST) {
            return null;
        }
        if (now == Kind.DELIVERY_LATE) {
            repeatLater(delivery);
            return null;
        }
        if (now == Kind.DELIVERY_TWICE) {
            repeatLater(delivery);
        }
        if (now == Kind.DELIVERY_REORDER) {
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, random.nextInt(LATEST_MILLIS), TimeUnit.MILLISECONDS)
                    .join();
        }
        HttpResponse<byte[]> answer = pass(delivery);
        return now == Kind.DELIVERY_ANSWER_LOST ? null : answer;
    }

    private void repeatLater(Delivery delivery) {
        later.schedule(
                () -> threads.execute(() -> passQuietly(delivery)),
                random.nextInt(LATEST_MILLIS),
                TimeUnit.MILLISECONDS);
    }

    private void passQuietly(Delivery delivery) {
        try {
            pass(delivery);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return null if no engine answered */
    private HttpResponse<byte[]> pass(Delivery delivery) throws InterruptedException {
        List<String> up = engines.get();
        if (up.isEmpty() || delivery.signature() == null) {
            return null;
        }
        URI uri = URI.create(up.get(random.nextInt(up.size())) + delivery.path());
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header(SIGNATURE, delivery.signature())
                .POST(BodyPublishers.ofByteArray(delivery.body()))
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            deliveries.incrementAndGet();
            return answer;
        } catch (IOException e) {
            return null;
        }
    }

    private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer) throws IOException {
        if (answer == null) {
            exchange.sendResponseHeaders(BAD_GATEWAY, -1);
            return;
        }
        answer.headers()
                .firstValue("Retry-After")
                .ifPresent(value -> exchange.getResponseHeaders().set("Retry-After", value));
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
    }

    private static Thread daemon(Runnable action) {
        var thread = new Thread(action, "delivery-proxy");
        thread.setDaemon(true);
        return thread;
    }
}
