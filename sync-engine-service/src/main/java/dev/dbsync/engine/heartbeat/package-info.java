/**
 * The end of the heartbeat's way (docs/adr/0022): a delivery like any other, signature and fusebox included. Its entry is read from the log by the
 * connections that pages are read with, and its arrival written down. No tenant's database is needed, and none is touched.
 */
package dev.dbsync.engine.heartbeat;
