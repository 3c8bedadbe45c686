/**
 * The signature of a delivery, in QStash's scheme, so that a real QStash may be the sender.
 *
 * <p>Header {@code Upstash-Signature} carries a JWT: HS256 over the raw UTF-8 key, {@code sub} the called URL, {@code body}
 * the hash of the raw body. The poller signs with the current key; the engine tries the current key, then the next one, so
 * that keys can be rotated without losing a delivery. There is no bypass.
 */
package dev.dbsync.common.signature;
