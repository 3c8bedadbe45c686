/** The application tables that the built-in mappings read, for installations and tests without an application of their own. */
package dev.dbsync.sequencer.reference;
