package dev.dbsync.common.mapping;

import java.util.Locale;
import java.util.Optional;

/** The type of a target column: one of the base types, or an array of it. */
public record ColumnType(Base base, boolean array) {

    /** What a column may hold; the names are those of mapping files. */
    public enum Base {
        UUID("uuid"),
        TEXT("text"),
        BOOLEAN("boolean"),
        INTEGER("integer"),
        BIGINT("bigint"),
        DOUBLE("double precision"),
        NUMERIC("numeric"),
        DATE("date"),
        TIMESTAMPTZ("timestamp with time zone"),
        TIMESTAMP("timestamp without time zone"),
        JSONB("jsonb"),
        BYTEA("bytea");

        private final String postgres;

        Base(String postgres) {
            this.postgres = postgres;
        }
    }

    private static final String ARRAY_SUFFIX = "[]";

    /** The type of this name as mapping files spell it, {@code text} or {@code text[]}; empty if there is none. */
    public static Optional<ColumnType> parse(String text) {
        boolean array = text.endsWith(ARRAY_SUFFIX);
        String base = array ? text.substring(0, text.length() - ARRAY_SUFFIX.length()) : text;
        for (Base candidate : Base.values()) {
            if (candidate.name().toLowerCase(Locale.ROOT).equals(base)) {
                return Optional.of(new ColumnType(candidate, array));
            }
        }
        return Optional.empty();
    }

    /** Whether its order depends on a collation. */
    public boolean isText() {
        return base == Base.TEXT;
    }

    /** PostgreSQL's own name of the type, as {@code format_type} spells it. */
    public String postgres() {
        return base.postgres + (array ? ARRAY_SUFFIX : "");
    }
}
