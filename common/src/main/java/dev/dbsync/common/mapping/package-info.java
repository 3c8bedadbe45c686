/**
 * What is synced: one declarative YAML file per mapping, built-in ones beside the operator's own.
 *
 * <pre>
 *   *.yaml ──MappingFile──▶ Mapping ──MappingBinder (asks the internal database)──▶ BoundMapping
 *                              └── all of them: MappingCatalog
 * </pre>
 *
 * From a mapping come the capture triggers, the queries that read the source, the target's DDL, the tombstone's key and the
 * status row. A file that cannot be understood, or that names what the internal database does not have, stops the start
 * with file, line and remedy ({@link dev.dbsync.common.mapping.MappingException}). A built-in mapping whose table is not
 * there, or is somebody else's of the same name, is merely left out.
 */
package dev.dbsync.common.mapping;
