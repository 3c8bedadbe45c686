/**
 * Measures the packaged services on a PostgreSQL of its own, with fsync on, and prints medians. Nothing here fails a build:
 * machines are noisy, so figures are compared by people, side by side, from one run.
 */
package dev.dbsync.bench;
