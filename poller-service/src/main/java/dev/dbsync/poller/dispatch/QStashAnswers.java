package dev.dbsync.poller.dispatch;

import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what QStash answers to a batch: one outcome for each message, whatever it says. */
final class QStashAnswers {

    private static final Pattern SECONDS_OF_THE_EPOCH = Pattern.compile("[0-9]{1,12}");
    private static final int LONGEST_QUOTE = 200;

    private final Clock clock;

    QStashAnswers(Clock clock) {
        this.clock = clock;
    }

    /**
     * An answer's outcomes, in the order of the messages.
     *
     * @param headers by name, null where there is none
     */
    List<Outcome> judge(int status, UnaryOperator<String> headers, String body, int messages) {
        if (status < 200 || status >= 300) {
            return all(refusal(status, headers), messages);
        }
        Object json;
        try {
            json = Json.decodeValue(body);
        } catch (DecodeException e) {
            return all(Outcome.Retry.because("QStash's answer is no JSON"), messages);
        }
        // A batch of one may be answered without the brackets.
        JsonArray entries = json instanceof JsonArray array ? array : new JsonArray().add(json);
        var outcomes = new ArrayList<Outcome>();
        for (int i = 0; i < messages; i++) {
            outcomes.add(
                    i < entries.size()
                            ? outcome(entries.getValue(i))
                            : Outcome.Retry.because("QStash's answer says nothing about this message"));
        }
        return outcomes;
    }

    /** Nobody knows whether QStash has accepted any of them; the deduplication ids will tell. */
    List<Outcome> noAnswer(Throwable failure, Duration timeOut, int messages) {
        boolean late = failure instanceof TimeoutException || failure instanceof java.util.concurrent.TimeoutException;
        return all(
                Outcome.Retry.because(
                        late
                                ? "QStash did not answer within " + timeOut.toMillis() + " ms"
                                : "QStash cannot be reached: " + failure.getMessage()),
                messages);
    }

    private Outcome refusal(int status, UnaryOperator<String> headers) {
        String what = switch (status) {
            case 401, 403 -> "QStash refuses DBSYNC_QSTASH_TOKEN (" + status + ")";
            case 429 -> "QStash's rate limit is exceeded (429)";
            default -> "QStash answered " + status;
        };
        return new Outcome.Retry(wait(headers), what);
    }

    private Optional<Duration> wait(UnaryOperator<String> headers) {
        Instant now = clock.instant();
        return RetryAfter.parse(headers.apply("Retry-After"), now)
                .or(() -> Stream.of("Burst-RateLimit-Reset", "RateLimit-Reset")
                        .map(headers)
                        .filter(reset -> reset != null
                                && SECONDS_OF_THE_EPOCH.matcher(reset).matches())
                        .map(reset -> Duration.between(now, Instant.ofEpochSecond(Long.parseLong(reset))))
                        .filter(wait -> !wait.isNegative())
                        .findFirst());
    }

    private static Outcome outcome(Object entry) {
        if (entry instanceof JsonObject object) {
            if (object.getValue("messageId") instanceof String id && !id.isEmpty()) {
                return new Outcome.Delivered();
            }
            return Outcome.Retry.because("QStash refuses the message: " + quoted(object.getValue("error")));
        }
        return Outcome.Retry.because("QStash's answer says nothing about this message");
    }

    private static String quoted(Object error) {
        String text = error instanceof String said ? said.replaceAll("\\p{Cntrl}", " ") : "no reason given";
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }

    private static List<Outcome> all(Outcome outcome, int messages) {
        return Collections.nCopies(messages, outcome);
    }
}
