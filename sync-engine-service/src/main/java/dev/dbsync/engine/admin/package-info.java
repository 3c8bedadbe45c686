/**
 * The operator's API: which external databases a tenancy has, and what is to happen with them.
 *
 * <p>Whoever carries an admin token may do everything, whoever carries a token of the identity provider what their role permits. A connection string comes in, is taken apart, checked and stored
 * encrypted; it never goes out again. Every change that makes work enqueues the tenancy in its own transaction.
 */
package dev.dbsync.engine.admin;
