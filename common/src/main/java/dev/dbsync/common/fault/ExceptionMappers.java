package dev.dbsync.common.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever a resource, or the framework on the way to it, throws into an {@link ErrorBody}. */
public class ExceptionMappers {

    private static final Logger LOG = Logger.getLogger(ExceptionMappers.class);

    @ServerExceptionMapper
    Response refused(ApiException refusal) {
        var response = response(refusal.status(), refusal.code(), refusal.getMessage());
        refusal.retryAfter().ifPresent(wait -> response.header(HttpHeaders.RETRY_AFTER, Math.max(1, wait.toSeconds())));
        if (refusal.status() == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return response.build();
    }

    @ServerExceptionMapper
    Response refusedByTheFramework(WebApplicationException refusal) {
        if (refusal.getCause() instanceof JsonProcessingException badJson) {
            return badJson(badJson);
        }
        int status = refusal.getResponse().getStatus();
        return switch (status) {
            case 400 ->
                response(400, "BAD_REQUEST", "The request cannot be read as this route needs it")
                        .build();
            case 404 ->
                response(404, "NOT_FOUND", "There is nothing at this address").build();
            case 405 ->
                response(405, "METHOD_NOT_ALLOWED", "This address does not take this method")
                        .header(HttpHeaders.ALLOW, refusal.getResponse().getHeaderString(HttpHeaders.ALLOW))
                        .build();
            case 406 ->
                response(406, "NOT_ACCEPTABLE", "This route answers with application/json")
                        .build();
            case 413 -> response(413, "BODY_TOO_LARGE", BodyLimit.MESSAGE).build();
            case 415 ->
                response(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json")
                        .build();
            default ->
                status >= 400 && status < 500
                        ? response(status, "REFUSED", "The request is refused").build()
                        : unexpected(refusal);
        };
    }

    /** Jackson's own, where it is not wrapped; a mapper for the subclass keeps the framework's from answering instead. */
    @ServerExceptionMapper
    Response mismatched(MismatchedInputException badJson) {
        return badJson(badJson);
    }

    @ServerExceptionMapper
    Response badJson(JsonProcessingException badJson) {
        var fault = JsonFault.of(badJson);
        return response(400, fault.code(), fault.sentence()).build();
    }

    @ServerExceptionMapper
    Response unexpected(Throwable surprise) {
        String id = UUID.randomUUID().toString();
        LOG.errorf(surprise, "A request failed in a way nobody expected errorId=%s", id);
        return response(500, "INTERNAL_ERROR", "Something failed on this side; the log tells more under errorId=" + id)
                .build();
    }

    private static Response.ResponseBuilder response(int status, String code, String sentence) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(ErrorBody.of(code, sentence));
    }
}
