/**
 * What the operator sees: how far everything has come, in figures that cost the same with ten rows as with ten million.
 *
 * <p>Backlogs are counted as far as 10,000 entries, large tables are estimated by what the planner knows, ids come from index
 * probes or from what the sequencer keeps. No external database is asked anything: of those the mirror rows are shown that the
 * engine writes after each of their commits.
 */
package dev.dbsync.engine.status;
