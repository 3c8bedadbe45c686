/**
 * The one-command local run: an embedded PostgreSQL with the internal database and two tenants' databases, the three
 * packaged services, sample data and a trickle of changes. It begins with fresh data every time and ends with the process:
 * nothing is left running after Ctrl-C, SIGTERM or a failed start. What it keeps between runs is in {@code .local/}: the
 * generated secrets, and under the port prefix the last run's data and logs.
 */
package dev.dbsync.local;
