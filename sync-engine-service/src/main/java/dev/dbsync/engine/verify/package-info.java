/**
 * Verifications: is a target what its mappings select? Answered with evidence, beside live changes, and repaired where asked.
 *
 * <pre>
 *   POST …/verify, scrubber ──▶ waiting ──claim──▶ running ──▶ done | failed
 *                                                    │ a slice at a time, by whichever engine has the lease
 *                                                    └──▶ cancelled: the database was paused, disabled, edited or deleted
 *
 *   a mapping:  standing ──▶ ranges, one after the other ──▶ candidates, one by one ──▶ settle ──▶ result
 * </pre>
 *
 * <p>{@link dev.dbsync.engine.verify.Verifier} does one slice in a turn at the destination, which it gives up as soon as a run waits for
 * it; how far it has come is written down after each step, so a killed engine costs a step. The comparison itself is
 * {@code sync.MappingCheck}. See docs/adr/0015.
 */
package dev.dbsync.engine.verify;
