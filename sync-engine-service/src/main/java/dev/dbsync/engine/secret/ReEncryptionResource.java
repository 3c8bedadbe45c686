package dev.dbsync.engine.secret;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Which encryption keys are in use, and the move to the first. */
@Path("/api/latest/internal/external-db-sync/connection-strings/re-encrypt")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class ReEncryptionResource {

    private final ReEncryption reEncryption;
    private final ReEncryptionStore store;
    private final ConnectionCipher cipher;

    ReEncryptionResource(ReEncryption reEncryption, ReEncryptionStore store, ConnectionCipher cipher) {
        this.reEncryption = reEncryption;
        this.store = store;
        this.cipher = cipher;
    }

    /** What a move came to. */
    record Moved(
            @JsonProperty("ok") boolean ok,
            @JsonProperty("re_encrypted") long reEncrypted,
            @JsonProperty("remaining") long remaining,
            @JsonProperty("unreadable") List<Unreadable> unreadable) {}

    /** A connection string that does not open: its key is missing, or another one of the same id. */
    record Unreadable(
            @JsonProperty("tenancy_id") String tenancyId,
            @JsonProperty("id") String id,
            @JsonProperty("key_id") String keyId) {}

    /** The keys, the first one first, those that are in use but not configured last. */
    record Keys(
            @JsonProperty("ok") boolean ok,
            @JsonProperty("first_key_id") String firstKeyId,
            @JsonProperty("keys") List<KeyUse> keys) {}

    /** How many connection strings are under a key; those under another than the first are still to be moved. */
    record KeyUse(
            @JsonProperty("key_id") String keyId,
            @JsonProperty("configured") boolean configured,
            @JsonProperty("connection_strings") long connectionStrings) {}

    @GET
    public Keys keys() {
        Map<String, Long> uses = store.keyUses();
        var ids = new LinkedHashSet<>(cipher.keyIds());
        ids.addAll(uses.keySet());
        var keys = new ArrayList<KeyUse>();
        for (String id : ids) {
            keys.add(new KeyUse(id, cipher.keyIds().contains(id), uses.getOrDefault(id, 0L)));
        }
        return new Keys(true, cipher.currentKeyId(), keys);
    }

    @POST
    public Moved reEncrypt() {
        ReEncryption.Outcome outcome = reEncryption.run();
        return new Moved(
                true,
                outcome.reEncrypted(),
                outcome.remaining(),
                outcome.unreadable().stream()
                        .map(stored -> new Unreadable(
                                stored.tenancyId().toString(),
                                stored.id(),
                                stored.text().keyId()))
                        .toList());
    }
}
