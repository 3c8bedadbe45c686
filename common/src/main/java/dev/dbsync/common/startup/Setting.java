package dev.dbsync.common.startup;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One setting of a service: what it is called, whether it must be there and what it has to look like. Immutable.
 *
 * @param key the configuration key, {@code dbsync.a-b.c}
 * @param presence whether it may be absent
 * @param requiredIf given all values, whether it must be there this time
 * @param reason why it must be there this time, as the middle of a sentence; empty where that is plain
 * @param format what a value has to look like
 */
public record Setting(
        String key,
        Presence presence,
        Predicate<Function<String, String>> requiredIf,
        String reason,
        ValueFormat format) {

    /** Whether a setting may be absent. */
    public enum Presence {
        /** There is no default. An empty value counts as missing. */
        REQUIRED,
        /** Absent means the default; an empty value is a mistake, because nothing would be read from it. */
        DEFAULTED,
        /** Absent or empty means that the feature is off. */
        OPTIONAL
    }

    static Setting required(String key, ValueFormat format) {
        return new Setting(key, Presence.REQUIRED, values -> true, "", format);
    }

    static Setting defaulted(String key, ValueFormat format) {
        return new Setting(key, Presence.DEFAULTED, values -> false, "", format);
    }

    static Setting optional(String key, ValueFormat format) {
        return new Setting(key, Presence.OPTIONAL, values -> false, "", format);
    }

    /** An optional setting that another setting's value makes necessary. */
    Setting requiredWhen(String otherKey, String otherValue) {
        return new Setting(key, presence, values -> otherValue.equals(values.apply(otherKey)), "", format);
    }

    /** An optional setting without which another one, where it is set, is of no use. */
    Setting requiredWith(String otherKey) {
        return new Setting(
                key,
                presence,
                values -> isGiven(values.apply(otherKey)),
                ", and %s needs it".formatted(variable(otherKey)),
                format);
    }

    /** The environment variable: {@code DBSYNC_A_B_C}. */
    public String variable() {
        return variable(key);
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static boolean isGiven(String value) {
        return value != null && !value.isEmpty();
    }

    Optional<String> complaint(Function<String, String> values) {
        String value = values.apply(key);
        if (!isGiven(value)) {
            if (requiredIf.test(values)) {
                return Optional.of("%s is missing%s; expected %s".formatted(variable(), reason, format.expectation()));
            }
            return value == null || presence == Presence.OPTIONAL
                    ? Optional.empty()
                    : Optional.of("%s is set to nothing; expected %s, or leave it unset for its default"
                            .formatted(variable(), format.expectation()));
        }
        return format.findFault(value)
                .map(found -> "%s %s; expected %s".formatted(variable(), found, format.expectation()));
    }
}
