/**
 * The sequencer service: watches the mapped tables of the internal database and puts what changed into one order.
 *
 * <ul>
 *   <li>{@code start}: migration, reference tables, mappings and capture, one after another, with what is missing in the
 *       readiness answer
 *   <li>{@code reference}: the application tables of the built-in mappings, where there are none
 *   <li>{@code capture}: the triggers that write the logs
 *   <li>{@code expand}: log entries that can only be found after the change's commit
 *   <li>{@code sequence}: the passes that give ids and enqueue tenancies
 * </ul>
 */
package dev.dbsync.sequencer;
