/** Holds what is in {@code deploy/} and {@code docker-compose.yaml} against what the services read and PostgreSQL accepts. */
package dev.dbsync.deploy;
