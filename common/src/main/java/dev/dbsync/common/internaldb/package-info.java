/** What the services' connections to the internal database have in common, and which version of its schema they want. */
package dev.dbsync.common.internaldb;
