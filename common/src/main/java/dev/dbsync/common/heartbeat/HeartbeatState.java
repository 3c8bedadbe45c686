package dev.dbsync.common.heartbeat;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where the heartbeat is, as {@code dbsync.heartbeat_state()} says.
 *
 * @param stage who is to take it further; empty while there are to be none
 * @param waitingSeconds for how long it has been that stage's turn; 0 while nothing is due or the stage is switched off
 * @param travelSeconds how long the last one was on its way; empty before the first
 */
public record HeartbeatState(Optional<Stage> stage, double waitingSeconds, OptionalDouble travelSeconds) {

    /** Who takes a heartbeat further. */
    public enum Stage {
        SEQUENCER,
        POLLER,
        ENGINE;

        /** As metrics and the internal database call it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** From the function's row; null where it says null. */
    public static HeartbeatState of(String stage, double waitingSeconds, Double travelSeconds) {
        return new HeartbeatState(
                Optional.ofNullable(stage).map(text -> Stage.valueOf(text.toUpperCase(Locale.ROOT))),
                waitingSeconds,
                travelSeconds == null ? OptionalDouble.empty() : OptionalDouble.of(travelSeconds));
    }

    /** For how long this stage has kept it waiting. */
    public double waitingSeconds(Stage of) {
        return stage.equals(Optional.of(of)) ? waitingSeconds : 0;
    }
}
