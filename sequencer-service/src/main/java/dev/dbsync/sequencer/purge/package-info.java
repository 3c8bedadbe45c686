/**
 * Keeps the logs as small as the recent past (invariant 10).
 *
 * <p>Once a minute one replica walks through both logs in stretches and deletes what every destination has passed, or what is
 * older than the retention. How far it went stands in "PurgeFloor", written by the same statement: a target whose watermark
 * lies below may have missed something and is copied again.
 */
package dev.dbsync.sequencer.purge;
