/** Whether this replica can do its work. */
package dev.dbsync.poller.health;
