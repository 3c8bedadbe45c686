/**
 * The way out: how a claimed request reaches the sync engine.
 *
 * <p>A {@link dev.dbsync.poller.dispatch.Dispatcher} delivers one request and says whether it arrived. {@code http}
 * calls the engine itself and signs in QStash's scheme; {@code qstash} publishes batches to QStash, which signs, delivers and
 * retries. Nothing here knows the database.
 */
package dev.dbsync.poller.dispatch;
