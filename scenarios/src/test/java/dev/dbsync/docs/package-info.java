/** The documentation, held against what it speaks of. */
package dev.dbsync.docs;
