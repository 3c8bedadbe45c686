/**
 * What tests, scenarios, benchmarks and the local run start: PostgreSQL servers with throw-away databases, and the packaged
 * services as processes of their own. Everything started here ends with the JVM at the latest.
 */
package dev.dbsync.harness;
