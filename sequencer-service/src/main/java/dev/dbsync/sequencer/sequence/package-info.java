/**
 * Gives the log's entries their sequence ids and enqueues the tenancies concerned (invariants 2, 3 and 9).
 *
 * <pre>
 *   timer, WakeUps ─▶ SequencerLoop.runOnce ─┬─▶ Expander.runOnce      where something waits for expansion
 *   GET /sequencer ─▶ ──────────────────────┘└─▶ SequencingSession.pass   one round trip, one transaction
 * </pre>
 *
 * A replica is the leader while it keeps the lease in "SequencerState"; the others stand by, asking as often as the leader
 * works, and take over when the lease has run out or was released. A pass that fails in any way costs the connection and
 * what was remembered with it, so that the next one begins a new epoch.
 */
package dev.dbsync.sequencer.sequence;
