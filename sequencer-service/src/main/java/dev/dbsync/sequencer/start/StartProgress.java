package dev.dbsync.sequencer.start;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** How far the start has come. Thread-safe. */
@ApplicationScoped
class StartProgress {

    private record State(Step step, String problem) {}

    private volatile State state = new State(Step.MIGRATION, null);

    /** Now this step is to be done. */
    void reached(Step step) {
        state = new State(step, null);
    }

    /** The present step cannot be done for now. */
    void hindered(String problem) {
        state = new State(state.step(), problem);
    }

    Step step() {
        return state.step();
    }

    /** Why the present step cannot be done for now. */
    Optional<String> problem() {
        return Optional.ofNullable(state.problem());
    }
}
