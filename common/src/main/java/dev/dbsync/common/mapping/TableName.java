package dev.dbsync.common.mapping;

/** A table of the internal database. Names are as stored, not quoted. */
public record TableName(String schema, String name) {

    private static final String DEFAULT_SCHEMA = "public";

    /** How the logs name this table: bare in {@code public}, else {@code schema.name}. */
    public String logName() {
        return schema.equals(DEFAULT_SCHEMA) ? name : schema + "." + name;
    }

    /** Schema and name, quoted for SQL. */
    public String quoted() {
        return quote(schema) + "." + quote(name);
    }

    /** One identifier, quoted for SQL. */
    public static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return logName();
    }
}
