package dev.dbsync.engine.status;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * Where the pipeline stands and how fast it goes. Counts are decimal strings; rates are numbers, null until two samples have been
 * taken or where a counter began anew.
 *
 * @param history oldest first
 */
@JsonNaming(SnakeCaseStrategy.class)
public record PipelineView(
        boolean ok,
        Long generatedAtMillis,
        Sequencer sequencer,
        Poller poller,
        SyncEngine syncEngine,
        List<Point> history) {

    @JsonNaming(SnakeCaseStrategy.class)
    public record Sequencer(String pending, String sequencedTotal, Double sequencedPerSecond) {}

    @JsonNaming(SnakeCaseStrategy.class)
    public record Poller(
            String pending,
            String inFlight,
            String stale,
            String retrying,
            String deliveredTotal,
            Double deliveredPerSecond) {}

    @JsonNaming(SnakeCaseStrategy.class)
    public record SyncEngine(String rowsAppliedTotal, Double rowsAppliedPerSecond) {}

    /** One point of a chart: numbers, counts of up to 10,000; rates are of the time since the point before. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Point(
            long atMillis,
            long sequencerPending,
            Double sequencedPerSecond,
            long requestsPending,
            long requestsInFlight,
            long requestsStale,
            long requestsRetrying,
            Double deliveredPerSecond,
            Double rowsAppliedPerSecond) {}
}
