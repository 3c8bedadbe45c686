/**
 * The operator's command line. It speaks to the engine's admin API and knows nothing else of the services.
 *
 * <p>Exit codes: 0 done, 1 the engine refused or a check failed or a verification found something, 2 the command line is wrong, 3 the engine did not answer.
 */
package dev.dbsync.cli;
