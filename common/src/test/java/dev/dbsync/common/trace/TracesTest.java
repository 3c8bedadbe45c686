package dev.dbsync.common.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracesTest {

    private final Traces traces = traces(Sampler.alwaysOn());

    @Test
    void whatIsFollowedIsOfTheSameTrace() {
        Span first = traces.begin("first");
        Span second = traces.follow("second", SpanKind.CLIENT, Traces.traceparent(first));

        assertThat(second.getSpanContext().getTraceId())
                .isEqualTo(first.getSpanContext().getTraceId());
        assertThat(((ReadableSpan) second).getParentSpanContext().getSpanId())
                .isEqualTo(first.getSpanContext().getSpanId());
        assertThat(Traces.parsed(Traces.traceparent(second).orElseThrow())).isPresent();
    }

    @Test
    void nobodyFollowsWhatWasNotBegun() {
        assertThat(traces.follow("second", SpanKind.CLIENT, Optional.empty())).isSameAs(Span.getInvalid());
        assertThat(traces.below("third")).isSameAs(Span.getInvalid());
    }

    @Test
    void whatIsNotSampledIsNotCarriedOn() {
        assertThat(Traces.traceparent(traces(Sampler.alwaysOff()).begin("first")))
                .isEmpty();
    }

    @Test
    void nothingIsMadeWhereTracesAreOff() {
        Traces off = Traces.off();

        assertThat(off.begin("first")).isSameAs(Span.getInvalid());
        assertThat(off.follow("second", SpanKind.SERVER, Traces.traceparent(traces.begin("elsewhere"))))
                .isSameAs(Span.getInvalid());
        assertThat(Traces.traceparent(off.begin("first"))).isEmpty();
    }

    @Test
    void workInAnotherThreadIsBelowWhatWasCurrentInThisOne() throws Exception {
        Span first = traces.begin("first");

        Span below = Traces.within(
                first,
                () -> CompletableFuture.supplyAsync(supplied(traces.carried(() -> traces.below("second"))))
                        .join());

        assertThat(((ReadableSpan) below).getParentSpanContext().getSpanId())
                .isEqualTo(first.getSpanContext().getSpanId());
        assertThat(((ReadableSpan) first).hasEnded()).isTrue();
    }

    @Test
    void whatFailsEndsItsSpanWithoutRepeatingTheMessage() {
        Span span = traces.begin("first");

        assertThatThrownBy(() -> Traces.within(span, () -> {
                    throw new IllegalStateException("a value of a row");
                }))
                .hasMessage("a value of a row");

        var data = ((ReadableSpan) span).toSpanData();
        assertThat(data.hasEnded()).isTrue();
        assertThat(data.getStatus().getDescription()).isEqualTo("IllegalStateException");
        assertThat(data.getEvents()).isEmpty();
    }

    /** It comes out of a table and goes into a header. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nHost: elsewhere",
                "00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"
            })
    void anythingElseIsNobodysTrace(String value) {
        assertThat(Traces.parsed(value)).isEmpty();
        assertThat(Traces.parsed(1)).isEmpty();
        assertThat(Traces.parsed(null)).isEmpty();
    }

    private static Traces traces(Sampler sampler) {
        return Traces.with(OpenTelemetrySdk.builder()
                .setTracerProvider(
                        SdkTracerProvider.builder().setSampler(sampler).build())
                .build());
    }

    private static <T> Supplier<T> supplied(Callable<T> work) {
        return () -> {
            try {
                return work.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
    }
}
