package dev.dbsync.poller.poll;

import dev.dbsync.poller.claim.Claim;
import java.util.List;

/**
 * What one claim brought.
 *
 * @param claimed requests whose delivery was begun
 * @param takenBack how many of them a previous holder had let run out
 */
public record Round(int claimed, int takenBack) {

    static final Round NOTHING = new Round(0, 0);

    static Round of(List<Claim> claims) {
        return new Round(
                claims.size(), (int) claims.stream().filter(Claim::takenBack).count());
    }
}
