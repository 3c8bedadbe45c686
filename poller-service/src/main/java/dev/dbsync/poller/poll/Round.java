package dev.dbsync.poller.poll;

import dev.dbsync.poller.claim.Claim;
import java.util.List;

/**
 * What one claim brought.
 *
 * @param claimed requests whose delivery was begun
 * @param takenBack how many of them a previous holder had let run out
 * @param exhausted whether there was nothing more to claim; false if only the free slots were too few
 */
public record Round(int claimed, int takenBack, boolean exhausted) {

    /** Every slot was taken. */
    static final Round NO_ROOM = new Round(0, 0, false);

    /** The service is stopping. */
    static final Round STOPPING = new Round(0, 0, true);

    static Round of(List<Claim> claims, int room) {
        int takenBack = (int) claims.stream().filter(Claim::takenBack).count();
        return new Round(claims.size(), takenBack, claims.size() < room);
    }
}
