package dev.dbsync.engine.target;

/** We decline to write to a target, for a reason that the database itself did not raise. */
public final class TargetRefusedException extends Exception {

    private final transient TargetFault fault;

    public TargetRefusedException(TargetFault fault) {
        super(fault.message());
        this.fault = fault;
    }

    /** The reason; never null. */
    public TargetFault fault() {
        return fault;
    }
}
