package dev.dbsync.poller.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryTest {

    @Test
    void theBodyIsCompactJson() {
        var delivery = Delivery.of(new JsonObject("{\"url\": \"/sync\", \"body\": {\"a\": 1, \"b\": \"ä\"}}"))
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
        assertThat(Delivery.of(new JsonObject(options))).isEmpty();
    }
}
