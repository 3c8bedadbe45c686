package dev.dbsync.engine.secret;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

/** The stored connection strings, whichever key they are under. */
@ApplicationScoped
class ReEncryptionStore {

    private static final Sql KEY_USES = Sql.resource(ReEncryptionStore.class, "key_uses.sql");
    private static final Sql PAGE = Sql.resource(ReEncryptionStore.class, "page_under_other_keys.sql");
    private static final Sql REPLACE = Sql.resource(ReEncryptionStore.class, "replace.sql");

    private final InternalDb internalDb;

    ReEncryptionStore(InternalDb internalDb) {
        this.internalDb = internalDb;
    }

    /** How many connection strings are under each key. */
    Map<String, Long> keyUses() {
        var uses = new LinkedHashMap<String, Long>();
        internalDb.query(
                KEY_USES, Map.of(), row -> uses.put(row.getString("key_id"), row.getLong("connection_strings")));
        return uses;
    }

    /** The next ones that are not under this key, in the order of tenancy and id. */
    List<StoredString> pageUnderOtherKeys(String keyId, UUID tenancyId, String id, int rows) {
        return internalDb.query(
                PAGE,
                Map.of("key_id", keyId, "tenancy", tenancyId, "id", id, "rows", rows),
                row -> new StoredString(
                        row.getObject("tenancy_id", UUID.class),
                        row.getString("id"),
                        new EncryptedText(row.getString("key_id"), row.getBytes("ciphertext"))));
    }

    /**
     * Puts each in place of what was read, unless somebody has written another one since.
     *
     * @param renewed what was read, and the same under the key
     * @return how many were put in place
     */
    int replace(String keyId, Map<StoredString, EncryptedText> renewed) {
        List<Map.Entry<StoredString, EncryptedText>> all = List.copyOf(renewed.entrySet());
        return internalDb.inTransaction(session -> {
            var values = new HashMap<String, Object>();
            values.put("key_id", keyId);
            values.put(
                    "tenancies",
                    session.array("uuid", column(all, e -> e.getKey().tenancyId(), Object[]::new)));
            values.put("ids", session.array("text", column(all, e -> e.getKey().id(), Object[]::new)));
            // The driver wants byte arrays by this very type.
            values.put(
                    "before",
                    session.array("bytea", column(all, e -> e.getKey().text().ciphertext(), byte[][]::new)));
            values.put(
                    "after",
                    session.array("bytea", column(all, e -> e.getValue().ciphertext(), byte[][]::new)));
            return session.update(REPLACE, values);
        });
    }

    private static <T> T[] column(
            List<Map.Entry<StoredString, EncryptedText>> all,
            Function<Map.Entry<StoredString, EncryptedText>, T> value,
            IntFunction<T[]> array) {
        return all.stream().map(value).toArray(array);
    }
}
