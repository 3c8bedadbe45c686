/** What the services' connections to the internal database have in common. */
package dev.dbsync.common.internaldb;
