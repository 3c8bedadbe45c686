package dev.dbsync.engine.destination;

import dev.dbsync.engine.secret.EncryptedText;
import dev.dbsync.engine.target.Position;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * An external database as one run sees it.
 *
 * @param id its name within the tenancy
 * @param installationId of the internal database that this was read from
 * @param destinationId what targets remember; a new one whenever the id is created anew
 * @param revision grows with every edit
 * @param connection how to reach it, encrypted; see {@link DestinationStore#settings}
 * @param schema the schema it owns there
 * @param mappings the mappings it wants; empty for every one
 * @param readerRole who may read the tables there, if anybody
 * @param proven whether it was reached since it was last edited and is not failing
 * @param due when its next attempt is due, by the internal database's clock; null if none is owed
 * @param putOff whether that is still to come
 * @param attempts how often it failed in a row
 * @param mappingStates what is remembered of its mappings, by id
 * @param quarantined the mappings that had rows in quarantine when this was read
 */
public record Destination(
        UUID tenancyId,
        String id,
        UUID installationId,
        UUID destinationId,
        long revision,
        EncryptedText connection,
        String schema,
        Optional<List<String>> mappings,
        Optional<String> readerRole,
        boolean proven,
        OffsetDateTime due,
        boolean putOff,
        int attempts,
        Map<String, MappingState> mappingStates,
        Set<String> quarantined) {

    /**
     * What is remembered of one mapping.
     *
     * @param attempts how often it failed in a row
     * @param putOff whether its next attempt is not due yet
     * @param phase as last mirrored; null if it never was
     * @param watermark as last mirrored; 0 if it never was
     * @param news whether it follows a log that seems to hold something new
     */
    public record MappingState(int attempts, boolean putOff, String phase, long watermark, boolean news) {

        public static final MappingState NEW = new MappingState(0, false, null, 0, false);

        /** Whether the mirror shows this position and no failure. */
        public boolean shows(Position position) {
            return attempts == 0 && position.phase().text().equals(phase) && position.watermark() == watermark;
        }
    }

    public MappingState stateOf(String mappingId) {
        return mappingStates.getOrDefault(mappingId, MappingState.NEW);
    }
}
