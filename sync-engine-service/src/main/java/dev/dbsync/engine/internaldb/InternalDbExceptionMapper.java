package dev.dbsync.engine.internaldb;

import dev.dbsync.common.fault.ErrorBody;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Tells HTTP callers to come again where the internal database cannot serve us now. */
public class InternalDbExceptionMapper {

    private static final Logger LOG = Logger.getLogger(InternalDbExceptionMapper.class);
    private static final int RETRY_AFTER_SECONDS = 2;

    @ServerExceptionMapper
    Response failed(InternalDbException failure) {
        String id = UUID.randomUUID().toString();
        if (failure.passing()) {
            LOG.warnf(
                    "The internal database does not serve us now errorId=%s sqlState=%s error=%s",
                    id, failure.sqlState(), firstLine(failure.getCause().getMessage()));
            return response(
                            503,
                            "INTERNAL_DATABASE_UNAVAILABLE",
                            "The internal database cannot be reached, is busy or is not migrated yet; errorId=" + id)
                    .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
                    .build();
        }
        LOG.errorf(failure, "A statement failed on the internal database errorId=%s", id);
        return response(500, "INTERNAL_ERROR", "Something failed on this side; the log tells more under errorId=" + id)
                .build();
    }

    private static String firstLine(String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }

    private static Response.ResponseBuilder response(int status, String code, String sentence) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(ErrorBody.of(code, sentence));
    }
}
