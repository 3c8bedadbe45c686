package dev.dbsync.common.heartbeat;

import java.util.UUID;

/** What a heartbeat's log entry says where others name a tenancy and a table. */
public final class HeartbeatEntry {

    /** No random uuid is like it: version 8, and "heartb" in its last six bytes. */
    public static final UUID TENANCY = UUID.fromString("00000000-0000-8000-8000-686561727462");

    /** No mapping copies it, and the status does not list it. */
    public static final String TABLE = "dbsync.Heartbeat";

    private HeartbeatEntry() {}
}
