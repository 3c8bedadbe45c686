/**
 * The convergence property: whatever applications write and whatever fails, in the end every target equals what its mappings
 * select from the source.
 *
 * <pre>
 *   seed ──▶ HistoryGenerator ──▶ History (transactions of each writer) ─┐
 *        └─▶ FaultPlanner ──────▶ faults, each from when to when ────────┴─▶ Run ──▶ Outcome
 *                                                                            │         │ diverged
 *                              Writers, FaultDriver, Sampler, Comparison ◀───┘         ▼
 *                              on the services and servers of a Cluster             Shrinker
 * </pre>
 *
 * A history is data: it prints, and parts can be left out. It is not a schedule: writers, faults and services run at the
 * speed of the machine, so the same seed gives the same statements and faults but not the same interleaving. The shrinker
 * therefore tries each candidate several times.
 *
 * {@link dev.dbsync.scenarios.convergence.ConvergenceProperty} runs a few short histories with the other tests,
 * {@link dev.dbsync.scenarios.convergence.Soak} (by {@code scenarios/soak}) new ones for as long as one likes.
 */
package dev.dbsync.scenarios.convergence;
