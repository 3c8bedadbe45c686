package dev.dbsync.engine.secret;

import dev.dbsync.engine.internaldb.InternalDbException;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Moves the stored connection strings to the first encryption key, so that an older key can be taken away. Any number of
 * engines may do it at once, while others store new ones. Thread-safe.
 */
@ApplicationScoped
class ReEncryption {

    private static final Logger LOG = Logger.getLogger(ReEncryption.class);

    /** A transaction's worth: milliseconds of locks. */
    static final int BATCH = 200;

    /** A request's worth: well below what proxies wait. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    /** Bounds the answer. */
    private static final int NAMED_UNREADABLE = 1_000;

    private static final UUID FIRST_TENANCY = new UUID(0, 0);

    private final ReEncryptionStore store;
    private final ConnectionCipher cipher;
    private final Clock clock;

    ReEncryption(ReEncryptionStore store, ConnectionCipher cipher, Clock clock) {
        this.store = store;
        this.cipher = cipher;
        this.clock = clock;
    }

    /**
     * What was done.
     *
     * @param reEncrypted moved to the first key
     * @param remaining   left under another key that can be read, since the time was over or somebody stored it meanwhile
     * @param unreadable  left alone, because they do not open; the first thousand
     */
    record Outcome(long reEncrypted, long remaining, List<StoredString> unreadable) {}

    /** Goes through all that are not under the first key, for twenty seconds at most. */
    Outcome run() {
        Instant deadline = clock.instant().plus(LONGEST);
        String keyId = cipher.currentKeyId();
        var unreadable = new ArrayList<StoredString>();
        long reEncrypted = 0;
        UUID tenancy = FIRST_TENANCY;
        String id = "";
        List<StoredString> page;
        do {
            page = store.pageUnderOtherKeys(keyId, tenancy, id, BATCH);
            if (page.isEmpty()) {
                break;
            }
            reEncrypted += store.replace(keyId, renewed(page, unreadable));
            tenancy = page.get(page.size() - 1).tenancyId();
            id = page.get(page.size() - 1).id();
        } while (page.size() == BATCH && clock.instant().isBefore(deadline));
        long others = store.keyUses().entrySet().stream()
                .filter(use -> !use.getKey().equals(keyId))
                .mapToLong(Map.Entry::getValue)
                .sum();
        LOG.infof(
                "Connection strings were re-encrypted key=%s reEncrypted=%d unreadable=%d",
                keyId, reEncrypted, unreadable.size());
        return new Outcome(
                reEncrypted,
                Math.max(0, others - unreadable.size()),
                List.copyOf(unreadable.subList(0, Math.min(unreadable.size(), NAMED_UNREADABLE))));
    }

    private Map<StoredString, EncryptedText> renewed(List<StoredString> page, List<StoredString> unreadable) {
        var renewed = new LinkedHashMap<StoredString, EncryptedText>();
        for (StoredString stored : page) {
            try {
                String text = cipher.decrypt(stored.text(), stored.tenancyId(), stored.id());
                renewed.put(stored, cipher.encrypt(text, stored.tenancyId(), stored.id()));
            } catch (UndecryptableException e) {
                unreadable.add(stored);
            }
        }
        return renewed;
    }

    /** Says once, at the start, that a rotation is not finished. That the database cannot be asked is somebody else's to say. */
    void warn(@Observes StartupEvent event) {
        try {
            Map<String, Long> others = new LinkedHashMap<>(store.keyUses());
            others.remove(cipher.currentKeyId());
            if (!others.isEmpty()) {
                LOG.warnf(
                        "Connection strings are stored under keys that are not the first; POST connection-strings/re-encrypt"
                                + " moves them firstKey=%s otherKeys=%s",
                        cipher.currentKeyId(), others);
            }
        } catch (InternalDbException e) {
            LOG.debugf("The keys in use are not known error=%s", e.getMessage());
        }
    }
}
