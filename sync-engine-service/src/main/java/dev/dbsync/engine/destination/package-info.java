/**
 * A tenancy's external databases as the engine's runs see them, and what is remembered of each run: progress, failures and
 * when the next attempt is due. The admin API writes their configuration; only here is it read with its secret.
 */
package dev.dbsync.engine.destination;
