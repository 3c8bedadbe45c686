package dev.dbsync.sequencer.start;

import dev.dbsync.sequencer.reference.ReferenceSchema;
import dev.dbsync.sequencer.sequence.SequencerLoop;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Takes the service through the {@link Step}s. */
@ApplicationScoped
public class SequencerStart {

    private static final Logger LOG = Logger.getLogger(SequencerStart.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final StartProgress progress;
    private final Migration migration;
    private final SequencerLoop loop;
    private final ReferenceSchema referenceSchema;

    private volatile Thread thread;
    private String reported;

    SequencerStart(StartProgress progress, Migration migration, SequencerLoop loop, ReferenceSchema referenceSchema) {
        this.progress = progress;
        this.migration = migration;
        this.loop = loop;
        this.referenceSchema = referenceSchema;
    }

    void begin(@Observes StartupEvent event) {
        thread = new Thread(this::run, "sequencer-start");
        thread.setDaemon(true);
        thread.start();
    }

    void end(@Observes ShutdownEvent event) {
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** What a step does; false if it is to be tried again after a pause. */
    private interface Attempt {
        boolean runOnce() throws Exception;
    }

    private void run() {
        try {
            until(Step.MIGRATION, migration::runOnce);
            until(Step.MIGRATION, this::sequenceIsUncached);
            loop.start();
            until(Step.REFERENCE_TABLES, () -> {
                referenceSchema.createWhereAbsent();
                return true;
            });
            progress.reached(Step.READY);
            LOG.info("Sequencer is ready");
        } catch (InterruptedException e) {
            LOG.debug("Stopped before the start was done");
        }
    }

    private boolean sequenceIsUncached() throws Exception {
        long cache = migration.sequenceCache();
        if (cache != 1) {
            endProcess("The sequence dbsync.global_seq_id has CACHE " + cache
                    + "; expected 1, since ids must come in the order of commits."
                    + " Run: ALTER SEQUENCE dbsync.global_seq_id CACHE 1");
        }
        return cache == 1;
    }

    private void until(Step step, Attempt attempt) throws InterruptedException {
        progress.reached(step);
        reported = null;
        while (!succeeds(step, attempt)) {
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private boolean succeeds(Step step, Attempt attempt) {
        try {
            return attempt.runOnce();
        } catch (Exception e) {
            String problem = firstLine(e);
            progress.hindered(problem);
            if (!problem.equals(reported)) {
                reported = problem;
                LOG.warnf("Waiting for %s; tried again until it works error=%s", step.missing(), problem);
            }
            return false;
        }
    }

    /** One line for the operator, then a restart would find the same: exit code 1. */
    private static void endProcess(String line) {
        System.err.println(line);
        Quarkus.asyncExit(1);
    }

    private static String firstLine(Exception e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("");
    }
}
