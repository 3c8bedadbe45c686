/**
 * What waits, and how far behind the databases are, as numbers for monitoring. Everything is counted in the internal database, so every
 * replica publishes the same: take the highest and not the sum. No label names a tenancy.
 */
package dev.dbsync.poller.backlog;
