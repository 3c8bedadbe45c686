/**
 * Brings a tenancy's external databases up to date.
 *
 * <pre>
 *   TenancySyncService            one request: every destination of the tenancy, in parallel within a bound
 *     DestinationRunner           one destination: connect, prepare, then its mappings in turn until nothing is left
 *       MappingSync               one mapping, one step, one target transaction
 *         MappingPlan             decides, purely, what the step is: copy, sweep, follow, or nothing
 *         SourceReader            reads that step's page from the internal database
 *         PostgresTarget          applies it together with the new position
 * </pre>
 *
 * <p>A mapping's life in one target:
 *
 * <pre>
 *   pending ──▶ copying ──▶ sweeping ──▶ following
 *      ▲           │  (empty table: straight on)  │
 *      └── the copy can no longer be trusted ◀────┘
 * </pre>
 *
 * <p>The position is locked in the target before the source is read, and committed with the rows (invariant 4), so that two
 * runs serialise and a crash leaves all of a step or none. Every failure is written down as owed, with the time of the next
 * attempt (invariant 6); only a failure of the internal database makes the request itself fail.
 */
package dev.dbsync.engine.sync;
