/**
 * The sync engine service: told that a tenancy has news, it copies them into the tenancy's external databases.
 *
 * <pre>
 *   poller ──signed POST──▶ receive ──▶ sync ──▶ destination ──▶ target (the tenant's PostgreSQL)
 *   operator ──bearer──▶ admin, fusebox, status
 * </pre>
 */
package dev.dbsync.engine;
