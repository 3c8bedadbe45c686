/** What is plain Java and lies on every delivery's way, measured with JMH. */
package dev.dbsync.bench.plain;
