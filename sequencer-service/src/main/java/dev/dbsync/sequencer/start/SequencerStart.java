package dev.dbsync.sequencer.start;

import dev.dbsync.common.mapping.MappingException;
import dev.dbsync.sequencer.capture.CaptureInstaller;
import dev.dbsync.sequencer.capture.CaptureInstaller.Installation;
import dev.dbsync.sequencer.capture.CaptureNotifications;
import dev.dbsync.sequencer.heartbeat.Heartbeat;
import dev.dbsync.sequencer.reference.ReferenceSchema;
import dev.dbsync.sequencer.sequence.SequencerLoop;
import dev.dbsync.sequencer.sequence.WakeUps;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
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
    private final ActiveMappings mappings;
    private final CaptureInstaller capture;
    private final boolean migrateOnly;
    private final CaptureNotifications notifications;
    private final WakeUps wakeUps;
    private final Heartbeat heartbeat;

    private volatile Thread thread;
    private String reported;

    SequencerStart(
            StartProgress progress,
            Migration migration,
            SequencerLoop loop,
            ReferenceSchema referenceSchema,
            ActiveMappings mappings,
            CaptureInstaller capture,
            CaptureNotifications notifications,
            WakeUps wakeUps,
            Heartbeat heartbeat,
            @ConfigProperty(name = "dbsync.migrate-only", defaultValue = "false") boolean migrateOnly) {
        this.progress = progress;
        this.migration = migration;
        this.loop = loop;
        this.referenceSchema = referenceSchema;
        this.mappings = mappings;
        this.capture = capture;
        this.migrateOnly = migrateOnly;
        this.notifications = notifications;
        this.wakeUps = wakeUps;
        this.heartbeat = heartbeat;
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
            if (migrateOnly) {
                LOG.info("The internal schema is up to date, and nothing else was asked for");
                Quarkus.asyncExit(0);
                return;
            }
            loop.start();
            wakeUps.start();
            heartbeat.start();
            until(Step.REFERENCE_TABLES, () -> {
                referenceSchema.createWhereAbsent();
                return true;
            });
            until(Step.MAPPINGS, mappings::bind);
            until(Step.CAPTURE, this::captureIsInstalled);
            progress.reached(Step.READY);
            LOG.infof("Sequencer is ready mappings=%d", mappings.active().size());
        } catch (InterruptedException e) {
            LOG.debug("Stopped before the start was done");
        }
    }

    private boolean captureIsInstalled() throws Exception {
        Installation installation = capture.runOnce(mappings.active());
        if (!installation.installed().isEmpty()) {
            LOG.infof("Installed capture tables=%s", installation.installed());
        }
        if (!installation.postponed().isEmpty()) {
            report(String.join("; ", installation.postponed()));
        }
        notifications.runOnce();
        return installation.postponed().isEmpty();
    }

    /** Somebody may have dropped, disabled or recreated what capture needs (invariant 1). */
    @Scheduled(every = "1m", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void recheckCapture() {
        if (progress.step() != Step.READY) {
            return;
        }
        try {
            Installation installation = capture.runOnce(mappings.active());
            if (!installation.installed().isEmpty()) {
                LOG.warnf(
                        "Capture was missing, disabled or extended by another replica, and is installed again;"
                                + " everything from these tables is copied anew tables=%s",
                        installation.installed());
            }
            installation.postponed().forEach(problem -> LOG.warnf("Capture could not be checked; %s", problem));
            notifications.runOnce();
        } catch (SQLException e) {
            LOG.warnf("Capture could not be checked; tried again in a minute error=%s", firstLine(e));
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
        } catch (MappingException e) {
            endProcess(e.getMessage());
            return false;
        } catch (Exception e) {
            report("waiting for " + step.missing() + ": " + firstLine(e));
            return false;
        }
    }

    private void report(String problem) {
        progress.hindered(problem);
        if (!problem.equals(reported)) {
            reported = problem;
            LOG.warnf("The start is held up and goes on trying; %s", problem);
        }
    }

    /** One line for the operator; a restart would find the same. Exit code 1. */
    private void endProcess(String line) {
        if (!line.equals(reported)) {
            reported = line;
            progress.hindered(line);
            System.err.println(line);
            Quarkus.asyncExit(1);
        }
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
