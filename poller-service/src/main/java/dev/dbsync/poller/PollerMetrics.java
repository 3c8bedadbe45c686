package dev.dbsync.poller;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/** What the poller counts. No label names a tenancy: there may be very many. */
@ApplicationScoped
public class PollerMetrics {

    private final MeterRegistry registry;
    private final Counter delivered;
    private final Counter retried;
    private final Counter reclaimed;
    private final Counter forgotten;
    private final Counter undelivered;

    /** @param registry where everything is published */
    public PollerMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.delivered = counter("dbsync.poller.requests.delivered", "Requests that were delivered and acknowledged");
        this.retried = counter("dbsync.poller.requests.retried", "Deliveries that failed and were put off");
        this.reclaimed =
                counter("dbsync.poller.requests.reclaimed", "Claims taken back from pollers that died with them");
        this.forgotten = counter(
                "dbsync.poller.tenancies.forgotten",
                "Tenancies found behind with nothing to wake them; anything but zero is a bug");
        this.undelivered = counter(
                "dbsync.poller.tenancies.undelivered",
                "Tenancies whose request QStash accepted but did not deliver in time");
    }

    /** A request was delivered. */
    public void delivered() {
        delivered.increment();
    }

    /** A delivery failed and will be tried again. */
    public void retried() {
        retried.increment();
    }

    /** Claims were taken back from pollers that no longer renew them. */
    public void reclaimed(long claims) {
        reclaimed.increment(claims);
    }

    /** The sweep found tenancies that nothing would have woken. */
    public void forgotten(long tenancies) {
        forgotten.increment(tenancies);
    }

    /** What was handed over never arrived. */
    public void undelivered(long tenancies) {
        undelivered.increment(tenancies);
    }

    /** Publishes how many deliveries are under way. */
    public void watchInFlight(Supplier<Number> count) {
        Gauge.builder("dbsync.poller.requests.in.flight", count)
                .description("Deliveries under way in this replica")
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
