package dev.dbsync.poller.poll;

import dev.dbsync.poller.claim.Claim;
import dev.dbsync.poller.claim.ClaimStore;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Acknowledges delivered requests: one at once, and whatever is delivered meanwhile together, so that many small deliveries do
 * not cost a statement each. Thread-safe.
 */
final class Acknowledgements {

    private final ClaimStore claims;
    private List<Waiting> waiting = new ArrayList<>();
    private boolean running;

    private record Waiting(Claim claim, CompletableFuture<Boolean> current) {}

    Acknowledgements(ClaimStore claims) {
        this.claims = claims;
    }

    /** Deletes the request. False if the claim is no longer current. It happens whether or not anybody subscribes. */
    Uni<Boolean> acknowledge(Claim claim) {
        var mine = new Waiting(claim, new CompletableFuture<>());
        synchronized (this) {
            waiting.add(mine);
        }
        next();
        return Uni.createFrom().completionStage(mine.current());
    }

    private void next() {
        List<Waiting> batch;
        synchronized (this) {
            if (running || waiting.isEmpty()) {
                return;
            }
            running = true;
            batch = waiting;
            waiting = new ArrayList<>();
        }
        Uni.createFrom()
                .deferred(() ->
                        claims.acknowledge(batch.stream().map(Waiting::claim).toList()))
                .subscribe()
                .with(tokens -> ended(batch, tokens, null), failure -> ended(batch, Set.of(), failure));
    }

    private void ended(List<Waiting> batch, Set<UUID> tokens, Throwable failure) {
        synchronized (this) {
            running = false;
        }
        next();
        for (Waiting one : batch) {
            if (failure == null) {
                one.current().complete(tokens.contains(one.claim().token()));
            } else {
                one.current().completeExceptionally(failure);
            }
        }
    }
}
