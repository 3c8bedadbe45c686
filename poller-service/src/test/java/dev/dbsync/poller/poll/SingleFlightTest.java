package dev.dbsync.poller.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SingleFlightTest {

    private final List<CompletableFuture<Integer>> begun = new ArrayList<>();
    private final SingleFlight<Integer> flight = new SingleFlight<>(() -> {
        var run = new CompletableFuture<Integer>();
        begun.add(run);
        return Uni.createFrom().completionStage(run);
    });

    @Test
    void whoAsksDuringARunSharesTheNextOne() {
        var first = subscribe();
        var second = subscribe();
        var third = subscribe();
        assertThat(begun).hasSize(1);

        begun.get(0).complete(1);
        first.assertItem(1);
        second.assertNotTerminated();
        assertThat(begun).hasSize(2);

        begun.get(1).complete(2);
        second.assertItem(2);
        third.assertItem(2);
        assertThat(begun).hasSize(2);
    }

    @Test
    void aFailureDoesNotStopTheNextRun() {
        var first = subscribe();
        var second = subscribe();

        begun.get(0).completeExceptionally(new IllegalStateException("no"));
        first.assertFailedWith(IllegalStateException.class, "no");
        begun.get(1).complete(2);

        second.assertItem(2);
    }

    @Test
    void whoStopsWaitingDoesNotEndTheRunForTheOthers() {
        subscribe();
        var impatient = subscribe();
        var patient = subscribe();

        impatient.cancel();
        begun.get(0).complete(1);
        begun.get(1).complete(2);

        patient.assertItem(2);
    }

    private UniAssertSubscriber<Integer> subscribe() {
        return flight.run().subscribe().withSubscriber(UniAssertSubscriber.create());
    }
}
