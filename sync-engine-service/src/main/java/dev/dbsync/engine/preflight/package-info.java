/**
 * What an external database needs before it can be synced, looked at one by one and without writing: a tenant learns from the
 * first failing check what to mend.
 */
package dev.dbsync.engine.preflight;
