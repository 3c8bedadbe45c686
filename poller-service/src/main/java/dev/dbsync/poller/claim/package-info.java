/**
 * Who delivers which request: the table {@code "OutgoingRequest"}.
 *
 * <pre>
 *   pending ──claim──▶ claimed ──acknowledged──▶ (deleted)
 *                       │   ▲
 *             failed ───▼   │ its time has come, or its holder stopped renewing
 *                     retrying
 * </pre>
 *
 * <p>A claim is a lease by the database's clock with a token, renewed every second while the delivery is in flight. Every
 * change of a claimed request names the token, so that a holder that was too slow changes nothing. A claimed request never
 * becomes pending again; a pending one of the same key is therefore always a newer wake-up and may replace it.
 */
package dev.dbsync.poller.claim;
