package dev.dbsync.common.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/**
 * Makes the spans of a change's way. Where traces are off, or nobody began one, the spans are invalid ones that record nothing.
 * Thread-safe.
 */
@Singleton
public final class Traces {

    /** The header, and the name under which a request's options carry its value. */
    public static final String TRACEPARENT = "traceparent";

    /** What may be put into a header: the W3C's version 00. */
    private static final Pattern FORM = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private static final TextMapGetter<Map<String, String>> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return List.copyOf(carrier.keySet());
        }

        @Override
        public String get(Map<String, String> carrier, String key) {
            return carrier == null ? null : carrier.get(key);
        }
    };

    private final Tracer tracer;
    private final boolean enabled;

    @Inject
    Traces(OpenTelemetry telemetry, TracesConfig config) {
        this(telemetry, config.enabled());
    }

    private Traces(OpenTelemetry telemetry, boolean enabled) {
        this.tracer = telemetry.getTracer("dev.dbsync");
        this.enabled = enabled;
    }

    /** None. */
    public static Traces off() {
        return new Traces(OpenTelemetry.noop(), false);
    }

    /** With this implementation, for tests. */
    public static Traces with(OpenTelemetry telemetry) {
        return new Traces(telemetry, true);
    }

    /** A new trace's first span. It is sent only once it is ended, so one that turned out to be about nothing is simply dropped. */
    public Span begin(String name) {
        return enabled ? tracer.spanBuilder(name).setNoParent().startSpan() : Span.getInvalid();
    }

    /** Goes on with the trace of a {@code traceparent}; without one there is no trace to go on with. */
    public Span follow(String name, SpanKind kind, Optional<String> traceparent) {
        return enabled && traceparent.isPresent()
                ? tracer.spanBuilder(name)
                        .setSpanKind(kind)
                        .setParent(W3CTraceContextPropagator.getInstance()
                                .extract(Context.root(), Map.of(TRACEPARENT, traceparent.get()), GETTER))
                        .startSpan()
                : Span.getInvalid();
    }

    /** A span below the current one; there is none where nothing is traced. */
    public Span below(String name) {
        return enabled && Span.current().getSpanContext().isValid()
                ? tracer.spanBuilder(name).startSpan()
                : Span.getInvalid();
    }

    /** Does the work with the span as the current one, and ends it. */
    public static <T> T within(Span span, Callable<T> work) throws Exception {
        if (!span.getSpanContext().isValid()) {
            return work.call();
        }
        try {
            return Context.current().with(span).wrap(work).call();
        } catch (Exception e) {
            // No message: it may quote what a target said.
            span.setStatus(StatusCode.ERROR, e.getClass().getSimpleName());
            throw e;
        } finally {
            span.end();
        }
    }

    /** The same work for another thread, with what is current now. */
    public <T> Callable<T> carried(Callable<T> work) {
        return enabled ? Context.current().wrap(work) : work;
    }

    /** What carries a span's trace on; empty if it is not recorded. */
    public static Optional<String> traceparent(Span span) {
        if (!span.getSpanContext().isSampled()) {
            return Optional.empty();
        }
        var headers = new HashMap<String, String>();
        W3CTraceContextPropagator.getInstance()
                .inject(Context.root().with(span), headers, (carrier, key, value) -> carrier.put(key, value));
        return Optional.ofNullable(headers.get(TRACEPARENT));
    }

    /** The value if it is a {@code traceparent}; whatever else stands there is nobody's trace. */
    public static Optional<String> parsed(Object value) {
        return value instanceof String text && FORM.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }
}
