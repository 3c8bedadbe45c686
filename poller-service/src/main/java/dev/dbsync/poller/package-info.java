/**
 * The poller service: claims outgoing requests and has them delivered as signed HTTP calls.
 *
 * <p>{@code claim} owns {@code "OutgoingRequest"}, {@code dispatch} the way out, {@code poll} brings the two together, and
 * {@code chores} enqueues what is due again or was forgotten. Any number of replicas may run at once: the internal
 * database's clock and locks alone decide who holds a request.
 */
package dev.dbsync.poller;
