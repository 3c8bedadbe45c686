/**
 * The switches of the three services, one row in the internal database.
 *
 * <p>Nobody caches them for long: the sequencer and the poller read the row with every pass, the engine with every delivery.
 */
package dev.dbsync.engine.fusebox;
