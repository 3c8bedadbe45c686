package dev.dbsync.engine.sync;

import dev.dbsync.common.mapping.MappingException;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while a mapping does not fit the internal database: it could sync nothing. Says which, and why. */
@Readiness
@ApplicationScoped
class MappingsFit implements HealthCheck {

    private final ActiveMappings mappings;

    MappingsFit(ActiveMappings mappings) {
        this.mappings = mappings;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("mappings");
        try {
            return response.up().withData("active", mappings.all().size()).build();
        } catch (MappingException e) {
            return response.down().withData("reason", e.getMessage()).build();
        } catch (SourceException e) {
            return response.down()
                    .withData("reason", "the internal database cannot be asked")
                    .build();
        }
    }
}
