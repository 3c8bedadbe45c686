package dev.dbsync.engine.wait;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * Why something has not been reached.
 *
 * @param code of ours, or that of the fault the database or mapping shows in its status
 * @param remedy null where waiting again is all there is to do
 */
@JsonNaming(SnakeCaseStrategy.class)
record Reason(String code, String message, String remedy) {}
