package dev.dbsync.sequencer.expand;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.common.mapping.Mapping.Dependency;
import dev.dbsync.common.mapping.Mapping.Tenancy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The names by which capture and expansion understand each other, {@code table#kind:hash}. The hash covers all that the
 * expansion's key means, so that a replica with other mapping files never reads a key that was written for something else.
 */
public final class ExpansionId {

    private static final int HASH_BYTES = 4;

    private ExpansionId() {}

    /** An inserted or updated row whose tenancy is found through another table. */
    public static String row(Mapping mapping, List<String> key) {
        return id(mapping, "row", mapping.tenancy().toString() + key);
    }

    /** A deleted row whose tenancy is found through another table. */
    public static String tombstone(Mapping mapping, List<String> key) {
        return id(mapping, "tombstone", mapping.tenancy().toString() + key);
    }

    /** A change of the table through which a tenancy is found. */
    public static String tenancy(Mapping mapping, Tenancy.Joined joined, List<String> key) {
        return id(mapping, "tenancy", joined.toString() + key);
    }

    /** A change of a table that the mapping reads. */
    public static String dependency(Mapping mapping, Dependency dependency, List<String> key) {
        return id(
                mapping,
                dependency.table().logName(),
                mapping.tenancy().toString() + dependency.on() + dependency.table() + key);
    }

    private static String id(Mapping mapping, String kind, String meaning) {
        return mapping.source().logName() + "#" + kind + ":" + hash(meaning);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
