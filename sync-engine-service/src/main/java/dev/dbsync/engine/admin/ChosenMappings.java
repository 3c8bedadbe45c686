package dev.dbsync.engine.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The body of a request for a resync or a verification. Null where a field, or the whole body, was left out.
 *
 * @param mappings null for all that the database gets
 * @param repair whether what differs is to be written anew; a resync does so anyway
 */
public record ChosenMappings(
        @JsonProperty("mappings") List<String> mappings,
        @JsonProperty("repair") Boolean repair) {

    static final ChosenMappings ALL = new ChosenMappings(null, null);

    boolean repairs() {
        return Boolean.TRUE.equals(repair);
    }
}
