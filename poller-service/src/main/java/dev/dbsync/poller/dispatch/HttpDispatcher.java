package dev.dbsync.poller.dispatch;

import dev.dbsync.common.signature.UpstashSignature;
import dev.dbsync.common.trace.Traces;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.client.WebClient;
import io.vertx.mutiny.ext.web.codec.BodyCodec;
import java.time.Clock;
import java.time.Duration;

/**
 * Calls the engine itself, signed with the current key. Only 2xx counts as delivered. The answer's body is thrown away as
 * it comes in, so that its size does not matter; its time is part of the delivery's.
 */
final class HttpDispatcher implements Dispatcher {

    private static final Duration CONNECT_TIME_OUT = Duration.ofSeconds(2);

    private final WebClient client;
    private final String engineUrl;
    private final Duration timeOut;
    private final String key;
    private final Clock clock;

    HttpDispatcher(Vertx vertx, DispatchConfig config, SigningConfig signing, Clock clock) {
        this.client = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setUserAgent("dbsync-poller")
                        .setConnectTimeout((int) CONNECT_TIME_OUT.toMillis())
                        .setIdleTimeout((int) config.deliveryTimeout().toSeconds() + 1)
                        .setMaxPoolSize(config.parallelism())
                        .setFollowRedirects(false));
        this.engineUrl = config.syncEngineUrl().replaceFirst("/+$", "");
        this.timeOut = config.deliveryTimeout();
        this.key = signing.currentKey();
        this.clock = clock;
    }

    @Override
    public Uni<Outcome> dispatch(Delivery delivery) {
        String url = engineUrl + delivery.path();
        var request = client.postAbs(url)
                .timeout(timeOut.toMillis())
                .putHeader("Content-Type", "application/json")
                .putHeader(UpstashSignature.HEADER, UpstashSignature.sign(url, delivery.body(), key, clock.instant()));
        delivery.traceparent().ifPresent(value -> request.putHeader(Traces.TRACEPARENT, value));
        return request.as(BodyCodec.none())
                .sendBuffer(Buffer.buffer(delivery.body()))
                .map(this::judge)
                .ifNoItem()
                .after(timeOut)
                .fail()
                .onFailure()
                .recoverWithItem(this::explain);
    }

    private Outcome judge(HttpResponse<Void> response) {
        int status = response.statusCode();
        return status >= 200 && status < 300
                ? new Outcome.Delivered()
                : new Outcome.Retry(
                        RetryAfter.parse(response.getHeader("Retry-After"), clock.instant()),
                        "the engine answered " + status);
    }

    private Outcome explain(Throwable failure) {
        return failure instanceof TimeoutException || failure instanceof java.util.concurrent.TimeoutException
                ? Outcome.Retry.because("the engine did not answer within " + timeOut.toMillis() + " ms")
                : Outcome.Retry.because("the engine cannot be reached: " + failure.getMessage());
    }

    @Override
    public void close() {
        client.close();
    }
}
