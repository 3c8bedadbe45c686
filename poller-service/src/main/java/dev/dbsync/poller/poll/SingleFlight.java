package dev.dbsync.poller.poll;

import io.smallrye.mutiny.Uni;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Runs an action never twice at once. Who asks during a run gets the next one, shared with everybody else who asked, so that
 * what was true when asking is seen. Thread-safe.
 */
final class SingleFlight<T> {

    private final Supplier<Uni<T>> action;
    private CompletableFuture<T> running;
    private CompletableFuture<T> next;

    SingleFlight(Supplier<Uni<T>> action) {
        this.action = action;
    }

    /** A run that begins now or after the present one, whether or not anybody subscribes. */
    Uni<T> run() {
        CompletableFuture<T> mine;
        boolean begin = false;
        synchronized (this) {
            if (running == null) {
                running = new CompletableFuture<>();
                mine = running;
                begin = true;
            } else {
                if (next == null) {
                    next = new CompletableFuture<>();
                }
                mine = next;
            }
        }
        if (begin) {
            begin(mine);
        }
        // A copy: who stops waiting must not cancel the others' run.
        return Uni.createFrom().completionStage(mine.copy());
    }

    private void begin(CompletableFuture<T> run) {
        Uni.createFrom()
                .deferred(action::get)
                .subscribe()
                .with(
                        item -> {
                            ended();
                            run.complete(item);
                        },
                        failure -> {
                            ended();
                            run.completeExceptionally(failure);
                        });
    }

    private void ended() {
        CompletableFuture<T> following;
        synchronized (this) {
            running = next;
            next = null;
            following = running;
        }
        if (following != null) {
            begin(following);
        }
    }
}
