/**
 * How a request that cannot be served is answered: one JSON form for every service, whatever refused it.
 *
 * <p>Expected refusals are {@link dev.dbsync.common.fault.ApiException}s. What nobody expected becomes a 500 that says only
 * an id; the log has the rest under that id. Bodies over the limit are refused before anything reads them.
 */
package dev.dbsync.common.fault;
