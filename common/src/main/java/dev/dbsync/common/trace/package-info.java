/**
 * One change's way as one trace (docs/adr/0024).
 *
 * <pre>
 *   sequencer            "OutgoingRequest"        poller                 engine
 *   sequence ─traceparent▶ qstashOptions ───────▶ deliver ─traceparent▶ sync ─▶ database ─▶ apply (commit in the target)
 * </pre>
 *
 * Traces begin with a sequencing pass that enqueues somebody; poller and engine go on with what they are given and begin none. Off by
 * default, and then nothing of it is sent, stored or asked for. Spans carry ids and counts, never a value of a row or an address.
 */
package dev.dbsync.common.trace;
