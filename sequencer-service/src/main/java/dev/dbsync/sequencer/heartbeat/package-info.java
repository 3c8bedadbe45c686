/**
 * Sends a heartbeat through the pipeline now and then, and looks where it is (docs/adr/0022).
 *
 * <pre>
 *   entry of a tenancy that there is not ─▶ sequence id ─▶ outgoing request ─▶ signed delivery ─▶ the engine writes down that it arrived
 *   └──────────────── sequencer ────────────────────────┘ └──── poller ─────┘ └──────────────────── engine ────────────────────────┘
 * </pre>
 *
 * One at most is on its way, whatever happens; where it stands still, it is that service's part of the way that is stuck.
 */
package dev.dbsync.sequencer.heartbeat;
