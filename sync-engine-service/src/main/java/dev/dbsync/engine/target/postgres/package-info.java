/**
 * What is PostgreSQL about a target: the statements built from a mapping ({@code PostgresDialect}) and one connection's work
 * with them ({@code PostgresTarget}). A guest's manners: no temporary tables, no session state, no advisory locks.
 */
package dev.dbsync.engine.target.postgres;
