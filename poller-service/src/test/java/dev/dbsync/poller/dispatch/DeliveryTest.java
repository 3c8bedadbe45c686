package dev.dbsync.poller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryTest {

    private static final UUID REQUEST = UUID.randomUUID();

    @Test
    void theBodyIsCompactJson() {
        var delivery = Delivery.of(REQUEST, new JsonObject("{\"url\": \"/sync\", \"body\": {\"a\": 1, \"b\": \"ä\"}}"))
                .orElseThrow();

        assertThat(delivery.path()).isEqualTo("/sync");
        assertThat(delivery.body()).asString().isEqualTo("{\"a\":1,\"b\":\"ä\"}");
    }

    /** A signed call must never leave for another host, whatever stands in the table. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"url\": 1}",
                "{\"url\": \"http://elsewhere/\"}",
                "{\"url\": \"@elsewhere/\"}",
                "{\"url\": \"\"}"
            })
    void anythingButAPathOfTheEnginesIsNoDelivery(String options) {
        assertThat(Delivery.of(REQUEST, new JsonObject(options))).isEmpty();
    }

    @Test
    void itGoesOnWithTheRequestsTraceAndWithNothingElse() {
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        assertThat(Delivery.of(REQUEST, new JsonObject().put("url", "/sync").put("traceparent", trace)))
                .hasValueSatisfying(traced -> assertThat(traced.traceparent()).contains(trace));
        assertThat(Delivery.of(REQUEST, new JsonObject().put("url", "/sync").put("traceparent", trace + "\r\nHost: x")))
                .hasValueSatisfying(traced -> assertThat(traced.traceparent()).isEmpty());
    }

    @Test
    void theFlowControlIsInQStashsWords() {
        var options = new JsonObject(
                "{\"url\": \"/sync\", \"flowControl\": {\"key\": \"k\", \"period\": \"1m\", \"rate\": 3, \"parallelism\": 20}}");

        assertThat(Delivery.of(REQUEST, options).orElseThrow().flowControl())
                .contains(new FlowControl("k", "parallelism=20, rate=3, period=1m"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "{}", "{\"key\": \"k\"}", "{\"key\": \"\", \"rate\": 1}", "{\"rate\": 1}"})
    void aFlowControlWithoutAKeyOrALimitIsNone(String json) {
        var options = new JsonObject("{\"url\": \"/sync\", \"flowControl\": " + json + "}");

        assertThat(Delivery.of(REQUEST, options).orElseThrow().flowControl()).isEmpty();
    }
}
