package dev.dbsync.engine.status;

import dev.dbsync.engine.status.PipelineView.Point;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Where the pipeline stood at one moment of the database's clock.
 *
 * @param deliveredTotal from the server's statistics, which begin anew after a crash of it
 */
record PipelineSample(
        long atMillis,
        long pending,
        long sequencedTotal,
        long requestsPending,
        long inFlight,
        long stale,
        long retrying,
        long deliveredTotal,
        long appliedTotal) {

    static PipelineSample of(ResultSet row) throws SQLException {
        return new PipelineSample(
                row.getLong("at_millis"),
                row.getLong("pending"),
                row.getLong("sequenced_total"),
                row.getLong("requests_pending"),
                row.getLong("in_flight"),
                row.getLong("stale"),
                row.getLong("retrying"),
                row.getLong("delivered_total"),
                row.getLong("applied_total"));
    }

    Double sequencedPerSecond(PipelineSample before) {
        return before == null ? null : rate(before, before.sequencedTotal, sequencedTotal);
    }

    Double deliveredPerSecond(PipelineSample before) {
        return before == null ? null : rate(before, before.deliveredTotal, deliveredTotal);
    }

    Double appliedPerSecond(PipelineSample before) {
        return before == null ? null : rate(before, before.appliedTotal, appliedTotal);
    }

    /** @param before null for the first point */
    Point point(PipelineSample before) {
        return new Point(
                atMillis,
                Math.min(pending, Counts.EXACT),
                sequencedPerSecond(before),
                Math.min(requestsPending, Counts.EXACT),
                Math.min(inFlight, Counts.EXACT),
                Math.min(stale, Counts.EXACT),
                Math.min(retrying, Counts.EXACT),
                deliveredPerSecond(before),
                appliedPerSecond(before));
    }

    /** A counter that went back has lost a part: a database was deleted, or the server's statistics were. */
    private Double rate(PipelineSample before, long then, long now) {
        long millis = atMillis - before.atMillis;
        return millis <= 0 || now < then ? null : Math.round((now - then) * 10_000.0 / millis) / 10.0;
    }
}
