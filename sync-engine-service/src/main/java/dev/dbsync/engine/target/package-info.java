/**
 * The way to a tenant's database, which is not trusted.
 *
 * <pre>
 *   text ──ConnectionString──▶ ConnectionSettings ──AddressGuard──▶ checked addresses ──TargetConnector──▶ JDBC connection
 *                                                                          anything thrown ──TargetFault──▶ Backoff
 * </pre>
 *
 * The connection string is read into an allow-list and never reaches the driver as text. Every address of the host is checked
 * on every connect and the connection goes to a checked address. What is thrown on the way is explained by
 * {@link dev.dbsync.engine.target.TargetFault}, which says whose it is and how soon to try again.
 */
package dev.dbsync.engine.target;
