/**
 * Connection strings at rest: encrypted with AES-256-GCM under keys of the operator's, each bound to the external database it
 * belongs to, so that a ciphertext moved to another row does not open there.
 *
 * <p>A key is rotated by putting a new one in front, moving what is stored to it ({@link
 * dev.dbsync.engine.secret.ReEncryptionResource}) and taking the old one away.
 */
package dev.dbsync.engine.secret;
