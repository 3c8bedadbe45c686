/**
 * Fixed statements as {@code .sql} resources: one whole statement per file, bound by name.
 *
 * <p>The files live under {@code dbsync/<package below dev.dbsync>/}. {@code :name} is also psql's variable syntax, so the
 * very file can be run there.
 */
package dev.dbsync.common.sql;
