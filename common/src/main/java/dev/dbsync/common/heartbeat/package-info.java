/**
 * How the services know a heartbeat: a log entry of a tenancy that there is not. The sequencer writes it, it travels like every change
 * (sequence id, outgoing request, signed delivery), and the engine writes down that it arrived (docs/adr/0022).
 */
package dev.dbsync.common.heartbeat;
