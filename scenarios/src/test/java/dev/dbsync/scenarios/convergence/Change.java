package dev.dbsync.scenarios.convergence;

/**
 * One operation of an application.
 *
 * @param kind what statistics count it as
 * @param sql one or more statements, with {@link Names} in braces for what differs from run to run
 */
record Change(String kind, String sql) {}
