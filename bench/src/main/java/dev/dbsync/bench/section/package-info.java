/**
 * What is measured, one class per section of the report. A section makes its databases, starts its services, measures in
 * rounds that interleave what is compared, and leaves nothing running.
 */
package dev.dbsync.bench.section;
