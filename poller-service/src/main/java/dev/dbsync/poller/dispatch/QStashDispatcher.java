package dev.dbsync.poller.dispatch;

import dev.dbsync.common.trace.Traces;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Publishes to QStash, which signs, delivers and retries. A request is done as soon as QStash has accepted it.
 *
 * <p>What is dispatched in the same turn of the event loop, that is one round of claims, goes out as one batch. Each message
 * of it has an answer of its own: what QStash refused, or said nothing about, is published again, the others are done. A
 * message's deduplication id is its request's id. A request is only ever published while it is claimed, and news that come
 * later make a request of their own, so the id swallows a publish whose answer was lost and never a newer wake-up (ADR 20).
 */
final class QStashDispatcher implements Dispatcher {

    /** Beginning with 5 s, so that a replica that is just replaced costs one try and not all of them. In milliseconds. */
    private static final String RETRY_DELAY = "min(120000, 5000 * pow(5, retried))";

    private static final int MESSAGES_PER_BATCH = 100;
    private static final Duration CONNECT_TIME_OUT = Duration.ofSeconds(5);

    private record Waiting(Delivery delivery, CompletableFuture<Outcome> outcome) {}

    private final WebClient client;
    private final Context context;
    private final String batchUrl;
    private final String token;
    private final String engineUrl;
    private final Duration publishTimeOut;
    private final Duration deliveryTimeOut;
    private final Duration redeliverAfter;
    private final int retries;
    private final QStashAnswers answers;

    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean flushing = new AtomicBoolean();

    QStashDispatcher(Vertx vertx, DispatchConfig config, QStashConfig qstash, Clock clock) {
        this.client = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setUserAgent("dbsync-poller")
                        .setConnectTimeout((int) CONNECT_TIME_OUT.toMillis())
                        .setFollowRedirects(false));
        this.context = vertx.getDelegate().getOrCreateContext();
        this.batchUrl = withoutSlash(qstash.url().orElseThrow()) + "/v2/batch";
        this.token = qstash.token().orElseThrow();
        this.engineUrl = withoutSlash(config.syncEngineUrl());
        this.publishTimeOut = qstash.publishTimeout();
        this.deliveryTimeOut = config.deliveryTimeout();
        this.redeliverAfter = qstash.redeliverAfter();
        this.retries = qstash.retries();
        this.answers = new QStashAnswers(clock);
    }

    @Override
    public Uni<Outcome> dispatch(Delivery delivery) {
        return Uni.createFrom().completionStage(() -> {
            var one = new Waiting(delivery, new CompletableFuture<>());
            waiting.add(one);
            if (flushing.compareAndSet(false, true)) {
                context.runOnContext(turn -> flush());
            }
            return one.outcome();
        });
    }

    @Override
    public Duration onItsWayFor() {
        return redeliverAfter;
    }

    @Override
    public void close() {
        client.close();
    }

    private void flush() {
        // Before the queue is emptied: who adds from now on flushes again.
        flushing.set(false);
        List<Waiting> batch = next();
        while (!batch.isEmpty()) {
            publish(batch);
            batch = next();
        }
    }

    private List<Waiting> next() {
        var batch = new ArrayList<Waiting>();
        while (batch.size() < MESSAGES_PER_BATCH) {
            Waiting one = waiting.poll();
            if (one == null) {
                break;
            }
            batch.add(one);
        }
        return batch;
    }

    private void publish(List<Waiting> batch) {
        var messages = new JsonArray();
        batch.forEach(one -> messages.add(message(one.delivery())));
        client.postAbs(batchUrl)
                .timeout(publishTimeOut.toMillis())
                .putHeader("Authorization", "Bearer " + token)
                .putHeader("Content-Type", "application/json")
                .sendBuffer(Buffer.buffer(messages.encode()))
                .map(response -> judge(response, batch.size()))
                .ifNoItem()
                .after(publishTimeOut)
                .fail()
                .onFailure()
                .recoverWithItem(failure -> answers.noAnswer(failure, publishTimeOut, batch.size()))
                .subscribe()
                .with(outcomes -> settle(batch, outcomes));
    }

    private List<Outcome> judge(HttpResponse<Buffer> response, int messages) {
        String body = response.bodyAsString();
        return answers.judge(response.statusCode(), response::getHeader, body == null ? "" : body, messages);
    }

    private static void settle(List<Waiting> batch, List<Outcome> outcomes) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).outcome().complete(outcomes.get(i));
        }
    }

    private JsonObject message(Delivery delivery) {
        var headers = new JsonObject()
                .put("Content-Type", "application/json")
                .put("Upstash-Method", "POST")
                .put("Upstash-Retries", Integer.toString(retries))
                .put("Upstash-Retry-Delay", RETRY_DELAY)
                .put("Upstash-Timeout", deliveryTimeOut.toSeconds() + "s")
                .put("Upstash-Deduplication-Id", delivery.request().toString());
        delivery.flowControl()
                .ifPresent(flow -> headers.put("Upstash-Flow-Control-Key", flow.key())
                        .put("Upstash-Flow-Control-Value", flow.value()));
        delivery.traceparent().ifPresent(value -> headers.put("Upstash-Forward-" + Traces.TRACEPARENT, value));
        return new JsonObject()
                .put("destination", engineUrl + delivery.path())
                .put("headers", headers)
                .put("body", new String(delivery.body(), StandardCharsets.UTF_8));
    }

    private static String withoutSlash(String url) {
        return url.replaceFirst("/+$", "");
    }
}
