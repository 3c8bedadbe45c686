/**
 * Writes the log entries that capture could not: those that must be looked for in the source after the change's commit,
 * because another transaction may just have been inserting the row concerned (invariant 1, dependencies).
 *
 * <pre>
 *   "PendingExpansion" ──a page per transaction──▶ "ChangedRow", "DeletedRow"      done: deleted
 *   "CaptureGeneration" not announced ──▶ every tenancy with an external database enqueued
 * </pre>
 */
package dev.dbsync.sequencer.expand;
