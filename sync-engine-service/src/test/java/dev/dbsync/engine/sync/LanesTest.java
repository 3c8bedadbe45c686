package dev.dbsync.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dbsync.engine.sync.Lanes.Place;
import dev.dbsync.engine.sync.Lanes.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanesTest {

    private final Lanes lanes = new Lanes(2, 8, Duration.ofMillis(20));

    @Test
    void theFailingLeaveRoomForWhatWasNeverTried() throws Exception {
        List<Place> failing = enter(Standing.FAILING, 30);

        assertThat(failing).hasSize(6);
        assertThat(enter(Standing.UNTRIED, 30)).hasSize(2);
        assertThat(enter(Standing.PROVEN, 3)).hasSize(2);
    }

    @Test
    void theUntriedLeaveNoMoreThanTheLaneHolds() throws Exception {
        List<Place> untried = enter(Standing.UNTRIED, 30);

        assertThat(untried).hasSize(8);
        assertThat(enter(Standing.FAILING, 1)).isEmpty();
        untried.forEach(Place::close);
        assertThat(enter(Standing.FAILING, 30)).hasSize(6);
    }

    @Test
    void whoHasProvenItselfMakesRoomInTheLaneItLeaves() throws Exception {
        Place place = enter(Standing.FAILING, 6).get(0);

        assertThat(place.proven()).isTrue();
        assertThat(place.proven()).isTrue();
        assertThat(enter(Standing.FAILING, 6)).hasSize(1);
        assertThat(enter(Standing.PROVEN, 6)).hasSize(1);
        place.close();
        place.close();
        assertThat(enter(Standing.PROVEN, 6)).hasSize(1);
    }

    @Test
    void whoFindsNoRoomAmongTheProvenHoldsNone() throws Exception {
        enter(Standing.PROVEN, 2);
        Place place = enter(Standing.UNTRIED, 1).get(0);

        assertThat(place.proven()).isFalse();
        place.close();
        assertThat(enter(Standing.UNTRIED, 30)).hasSize(8);
    }

    private List<Place> enter(Standing standing, int times) throws InterruptedException {
        var entered = new ArrayList<Place>();
        for (int i = 0; i < times; i++) {
            Place place = lanes.enter(standing);
            if (place != null) {
                entered.add(place);
            }
        }
        return entered;
    }
}
