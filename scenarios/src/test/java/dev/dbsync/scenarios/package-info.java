/**
 * The whole system as its users meet it: the packaged services as processes on a real PostgreSQL, one class per theme or bad
 * day. What a target should hold is said by {@link dev.dbsync.scenarios.Oracle}, in SQL of its own; nothing here looks into
 * the services but through their routes, their logs and the two databases. Waiting is always for a condition.
 */
package dev.dbsync.scenarios;
