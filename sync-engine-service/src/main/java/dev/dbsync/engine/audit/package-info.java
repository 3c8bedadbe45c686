/**
 * Who did what, and when: every request that changes something, by the API or from the dashboard.
 *
 * <pre>
 *   signed in ─▶ row committed ─▶ the action ─▶ outcome added to the row
 * </pre>
 *
 * <p>{@link dev.dbsync.engine.audit.AuditFilter} stands around all routes, so that a new one is audited without a thought. An
 * action whose row cannot be written does not happen; one whose outcome cannot be written has none.
 */
package dev.dbsync.engine.audit;
