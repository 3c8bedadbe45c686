package dev.dbsync.bench;

/** One group of figures. */
public interface Section {

    /** The word for {@code --only}. */
    String name();

    /** What is measured, as the report's heading says it. */
    String title();

    /** Measures, and puts down what it saw. */
    void run(Lab lab, Report report) throws Exception;
}
