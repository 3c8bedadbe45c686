/**
 * Capture: row triggers on every table a mapping reads, which write the logs in the application's own transaction
 * (invariant 1).
 *
 * <pre>
 *   mappings ──CapturePlan──▶ Roles per table ──CaptureBranches──▶ branches of the trigger functions
 *                                   └──CaptureInstaller──▶ "CapturedTable", four triggers, a "CaptureGeneration"
 * </pre>
 *
 * A table may have several roles: the source of mappings, a dependency of others, the table that tenancies are found in. All
 * of its roles share its triggers. What a trigger would have to look for in another table it leaves to {@code expand}.
 */
package dev.dbsync.sequencer.capture;
