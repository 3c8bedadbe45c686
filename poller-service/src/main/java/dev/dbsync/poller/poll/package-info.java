/**
 * Claims what can be delivered at once and sees each delivery to its end.
 *
 * <p>{@link dev.dbsync.poller.poll.PollerLoop} claims as many requests as {@link dev.dbsync.poller.poll.Deliveries} has free
 * slots, on a timer, when PostgreSQL notifies, and whenever a slot becomes free. One claim runs at a time. A poller without
 * work writes nothing, neither to the database nor to the log.
 *
 * <p>On SIGTERM it claims no more, gives deliveries in flight a few seconds and releases the rest, so that another replica
 * takes them at once. What a killed poller held is taken back when its renewals are missed.
 */
package dev.dbsync.poller.poll;
