/**
 * Connection strings at rest: encrypted with AES-256-GCM under keys of the operator's, each bound to the external database it
 * belongs to, so that a ciphertext moved to another row does not open there.
 */
package dev.dbsync.engine.secret;
