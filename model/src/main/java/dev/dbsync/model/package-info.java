/**
 * A deterministic model of how a change travels, and an explorer that looks for the order of steps that breaks a promise.
 *
 * <p>Everything the services share is data here: the internal database with its open transactions, locks, sequences and commit
 * order ({@link dev.dbsync.model.InternalDatabase}), and each target ({@link dev.dbsync.model.Target}). What a process does
 * between two statements is nobody else's business, so an {@link dev.dbsync.model.Actor} moves from statement to statement;
 * {@link dev.dbsync.model.World} says what holds after each of them. The decision what comes next for a mapping is the engine's
 * own, {@code MappingPlan}.
 *
 * <pre>
 *   Explorer: a seed ──▶ Scenario ──▶ World ──▶ steps, each checked ──▶ rest, checked ──▶ next seed
 *                                                     └─ violated ──▶ Shrinker ──▶ Counterexample
 * </pre>
 *
 * <p>Every {@link dev.dbsync.model.Safeguard} can be switched off; the tests insist that the explorer notices.
 */
package dev.dbsync.model;
