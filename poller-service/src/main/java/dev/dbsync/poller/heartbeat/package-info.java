/**
 * Where the heartbeat is that the sequencer sends through the pipeline, as numbers for monitoring (docs/adr/0022). It is looked for in the internal
 * database, so every replica publishes the same: take the highest and not the sum.
 */
package dev.dbsync.poller.heartbeat;
