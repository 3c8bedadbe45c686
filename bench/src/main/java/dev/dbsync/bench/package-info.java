/**
 * Measures the packaged services on PostgreSQL servers of its own, with fsync on, and prints medians with their spread.
 * Nothing here fails a build: machines are noisy, so figures are compared by people, side by side, from one run.
 *
 * <pre>
 *   Bench ──▶ Section (one class each, in {@code section}) ──▶ Report ──▶ the terminal, docs/performance.md
 *     └─ Lab: two servers, stacks of services, seeded databases
 * </pre>
 */
package dev.dbsync.bench;
