/**
 * What the operator sees: how far everything has come, in figures that cost the same with ten rows as with ten million.
 *
 * <p>Backlogs are counted as far as 10,000 entries, large tables are estimated by what the planner knows, ids come from index
 * probes or from what the sequencer keeps. No external database is asked anything: of those the mirror rows are shown that the
 * engine writes after each of their commits.
 *
 * <p>Each list chooses its page first and looks at what else it shows for that page alone. {@code Pipeline} samples counters of
 * the internal database and keeps the last minutes in memory; whatever replica is asked, the figures are the database's.
 */
package dev.dbsync.engine.status;
