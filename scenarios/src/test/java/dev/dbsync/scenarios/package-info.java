/** Whole-system tests on the packaged services, one file per bad day. */
package dev.dbsync.scenarios;
