/**
 * The way out: how a claimed request reaches the sync engine.
 *
 * <p>A {@link dev.dbsync.poller.dispatch.Dispatcher} delivers one request and says whether it arrived. The one there is
 * calls the engine itself and signs in QStash's scheme; a transport that publishes to QStash fits beside it. Nothing here
 * knows the database.
 */
package dev.dbsync.poller.dispatch;
