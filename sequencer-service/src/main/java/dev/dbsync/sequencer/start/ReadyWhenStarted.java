package dev.dbsync.sequencer.start;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Says in {@code /q/health/ready} what the start is still waiting for. */
@Readiness
class ReadyWhenStarted implements HealthCheck {

    private final StartProgress progress;

    ReadyWhenStarted(StartProgress progress) {
        this.progress = progress;
    }

    @Override
    public HealthCheckResponse call() {
        Step step = progress.step();
        var response = HealthCheckResponse.named("sequencer start").status(step == Step.READY);
        if (step != Step.READY) {
            response.withData("missing", step.missing());
        }
        progress.problem().ifPresent(problem -> response.withData("problem", problem));
        return response.build();
    }
}
