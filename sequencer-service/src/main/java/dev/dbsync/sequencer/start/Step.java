package dev.dbsync.sequencer.start;

/** The steps of the start, in order. */
enum Step {
    MIGRATION("the internal schema"),
    REFERENCE_TABLES("the reference application tables"),
    MAPPINGS("the mappings' check against the internal database"),
    CAPTURE("capture on the mapped tables"),
    READY("nothing");

    private final String missing;

    Step(String missing) {
        this.missing = missing;
    }

    /** What is missing as long as this step is not done. */
    String missing() {
        return missing;
    }
}
