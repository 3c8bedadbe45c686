package dev.dbsync.engine.dashboard;

import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What one sees first is the pipeline. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class FirstPage {

    private final PipelinePage pipeline;

    FirstPage(PipelinePage pipeline) {
        this.pipeline = pipeline;
    }

    @GET
    public TemplateInstance page() {
        return pipeline.page();
    }
}
