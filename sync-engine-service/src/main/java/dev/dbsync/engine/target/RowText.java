package dev.dbsync.engine.target;

import dev.dbsync.common.mapping.ColumnType;
import dev.dbsync.common.mapping.ColumnType.Base;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is compared where rows are compared without being read: a hash of one text per row, made by the same SQL in the source and in
 * a target. The text is the types' own output, quoted where it may hold anything, so that no two rows have one text; the hash is the
 * first half of a SHA-256 over its UTF-8, so that neither the encoding, the collation nor the version of a server plays a part. Both
 * sides have to set the forms of output first: {@link #FORMS} in a target, its connections' settings in the source
 * ({@code application.properties}). Pure.
 *
 * <p>Functions are named with their schema: in a target somebody else's may be called so too.
 */
public final class RowText {

    /** What the text of a value depends on, but for time zone and order of dates, which are set everywhere. */
    public static final String FORMS = """
            SET LOCAL extra_float_digits = 1;
            SET LOCAL intervalstyle = 'postgres';
            SET LOCAL bytea_output = 'hex';
            SET LOCAL jit = off""";

    /** Their output holds neither quotes nor commas. */
    private static final Set<Base> PLAIN = Set.of(
            Base.UUID,
            Base.BOOLEAN,
            Base.INTEGER,
            Base.BIGINT,
            Base.DOUBLE,
            Base.NUMERIC,
            Base.DATE,
            Base.TIMESTAMPTZ,
            Base.TIMESTAMP,
            Base.BYTEA);

    private RowText() {}

    /**
     * A row's hash, a bigint, as SQL.
     *
     * @param salt SQL of a text that is the same on both sides and new for every comparison: rows that somebody chose so that their hashes
     *     add up to those of others do so under one salt only
     * @param values SQL of each column's value, of its type
     * @param types the columns' types
     */
    public static String hash(String salt, List<String> values, List<ColumnType> types) {
        var texts = new ArrayList<String>();
        for (int i = 0; i < values.size(); i++) {
            String text = "(" + values.get(i) + ")::text";
            boolean plain = !types.get(i).array() && PLAIN.contains(types.get(i).base());
            texts.add(plain ? "coalesce(" + text + ", 'NULL')" : "pg_catalog.quote_nullable(" + text + ")");
        }
        return "pg_catalog.concat('x', pg_catalog.substr(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to("
                + "pg_catalog.concat_ws(',', " + salt + ", " + String.join(", ", texts)
                + "), 'UTF8')), 'hex'), 1, 16))::bit(64)::bigint";
    }
}
