/**
 * Tells a writer when what it wrote is in a tenant's database (docs/adr/0016). The writer takes a token inside its transaction: its
 * id. Sequence ids are given later, so the way from one to the other goes in stages, each judged in one snapshot of the internal
 * database:
 *
 * <pre>
 *   ENDING ──ended in the snapshot──▶ EXPANDING ──its expansions are log entries──▶ SEQUENCING ──its entries have ids──▶ APPLYING ──▶ reached
 *      └─ rolled back, unknown                                                                              └─ paused, failing, quarantined
 * </pre>
 *
 * <p>The bounds of a stage are taken in the snapshot that ended the one before, so that what is written later holds nobody up.
 * Waiters are entries in a list, not threads: one loop per process asks for all of them.
 */
package dev.dbsync.engine.wait;
