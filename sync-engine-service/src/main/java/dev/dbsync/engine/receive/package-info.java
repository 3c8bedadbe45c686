/**
 * Where a delivery arrives.
 *
 * <pre>
 *   raw body ─▶ signature ─▶ body's form ─▶ fusebox, tenancy known? ─▶ TenancySync ─▶ 200
 *                 │ 401         │ 400          │ 503 / 200 ignored      │ 503, the sender tries again
 * </pre>
 *
 * A heartbeat leaves that way after its form, see {@link dev.dbsync.engine.heartbeat}.
 *
 * <p>Nothing touches a database before the signature is verified. A destination that failed is owed by its own state and makes
 * no delivery fail; a delivery fails only where the engine itself could not do its work.
 */
package dev.dbsync.engine.receive;
