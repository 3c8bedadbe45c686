/**
 * What the poller does once a second or less often: keep its claims, take back those of pollers that died, enqueue the
 * tenancies whose destinations are due again, and look for tenancies that nothing would wake. Every replica does all of it;
 * each statement is harmless when repeated.
 */
package dev.dbsync.poller.chores;
