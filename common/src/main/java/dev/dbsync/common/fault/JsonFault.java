package dev.dbsync.common.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Collection;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What is wrong with a JSON body, told by field and position. Values are never repeated: one of them may be a secret.
 *
 * @param code in SNAKE_CASE
 * @param sentence what is wrong and what would be right
 */
record JsonFault(String code, String sentence) {

    private static final int LONGEST_NAME = 64;

    static JsonFault of(JsonProcessingException fault) {
        if (fault instanceof UnrecognizedPropertyException unknown) {
            return unknownField(unknown);
        }
        if (fault instanceof MismatchedInputException mistyped
                && !mistyped.getPath().isEmpty()) {
            return new JsonFault(
                    "INVALID_FIELD",
                    "The field '%s' must be %s".formatted(pathOf(mistyped), nameOf(mistyped.getTargetType())));
        }
        if (fault instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            return new JsonFault("INVALID_FIELD", "The field '%s' cannot be read".formatted(pathOf(mapping)));
        }
        return new JsonFault("MALFORMED_JSON", "The body is not the JSON object this route takes" + positionOf(fault));
    }

    private static JsonFault unknownField(UnrecognizedPropertyException unknown) {
        var known = unknown.getKnownPropertyIds() == null
                ? ""
                : unknown.getKnownPropertyIds().stream()
                        .map(String::valueOf)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return new JsonFault(
                "UNKNOWN_FIELD", "The field '%s' is unknown; known are: %s".formatted(pathOf(unknown), known));
    }

    private static String pathOf(JsonMappingException fault) {
        String path = fault.getPath().stream()
                .map(step -> step.getFieldName() != null ? step.getFieldName() : String.valueOf(step.getIndex()))
                .collect(Collectors.joining("."));
        return path.length() <= LONGEST_NAME ? path : path.substring(0, LONGEST_NAME) + "...";
    }

    private static String nameOf(Class<?> type) {
        if (type == null) {
            return "something else";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == UUID.class) {
            return "a uuid";
        }
        if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
            return "a whole number";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "a list";
        }
        return CharSequence.class.isAssignableFrom(type) ? "a text" : "an object";
    }

    private static String positionOf(JsonProcessingException fault) {
        var at = fault.getLocation();
        return at == null || at.getLineNr() < 1
                ? ""
                : ": it breaks at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    }
}
