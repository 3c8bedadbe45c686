/**
 * Rows that a target refused, while its mapping goes on without them.
 *
 * <pre>
 *   refused ──park──▶ quarantined ──requeue (poller)──▶ its key goes through the log once more
 *                       ▲    │                              │
 *                       └────┴──────── refused again ◀──────┤
 *                                                           └─ taken ──release──▶ (deleted)
 * </pre>
 *
 * <p>A row is parked in the internal database before the target commits without it, so a crash in between repeats work and
 * loses nothing. It comes back by way of the log alone: whether its source row changes or its time has come, there is an entry
 * of the key with a new sequence id, and only a page of the log releases it. So a target that is restored to a moment at which
 * the row was still missing has that entry ahead of its watermark and gets the row again; a copy, which leaves no entry, releases
 * nothing. See invariant 6.
 */
package dev.dbsync.engine.quarantine;
