/**
 * From process start to readiness. HTTP answers at once; everything else happens on one thread of its own, and readiness
 * says what is missing.
 *
 * <pre>
 *   migration ──▶ (passes begin) ──▶ reference tables ──▶ mappings ──▶ capture ──▶ ready
 * </pre>
 *
 * With {@code dbsync.migrate-only} the process ends after the first step.
 *
 * What may heal by itself (no database yet, a lock held too long, a privilege to be granted) is reported once and tried again
 * for ever. What cannot (a mapping that names an unknown column, a sequence with a cache) ends the process with one line.
 */
package dev.dbsync.sequencer.start;
