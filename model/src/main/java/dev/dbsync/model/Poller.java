package dev.dbsync.model;

import dev.dbsync.model.Db.Request;
import dev.dbsync.model.Db.Table;
import dev.dbsync.model.InternalDatabase.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One poller. A claim takes three steps (its snapshot, its locks, its commit), because that is where statements of two pollers
 * and of a sequencer meet; every other statement takes one.
 */
final class Poller implements Actor {

    static final int LEASE = 6;
    static final int UNRENEWED = 1;
    private static final int SLOTS = 2;

    /** A claim being delivered. */
    final class Delivery {
        private final Request claim;
        private boolean sent;
        private Boolean delivered;

        private Delivery(Request claim) {
            this.claim = claim;
        }

        /** Whether the poller still waits for the answer. */
        boolean awaited() {
            return deliveries.contains(this) && delivered == null;
        }

        void answer(boolean ok) {
            if (awaited()) {
                delivered = ok;
            }
        }
    }

    private record Chosen(Request request, Request replaces) {}

    private final World world;
    private final int number;
    private final List<Delivery> deliveries = new ArrayList<>(SLOTS);
    private final List<Request> snapshot = new ArrayList<>();
    private final List<Chosen> chosen = new ArrayList<>();
    private boolean claiming;
    private boolean locked;
    private int began;
    private Tx tx;

    Poller(World world, int number) {
        this.world = world;
        this.number = number;
    }

    boolean idle() {
        return deliveries.isEmpty() && !claiming;
    }

    @Override
    public boolean step(int choice) {
        if (tx != null && tx.lost()) {
            endClaim();
            return said("loses its connection in the middle of a claim");
        }
        if (!idle() && world.unlucky(choice)) {
            return die();
        }
        int turn = Choice.of(choice, SLOTS + 2);
        for (int i = 0; i < SLOTS + 2; i++, turn++) {
            int at = turn % (SLOTS + 2);
            if (at == SLOTS ? claim() : at > SLOTS ? renew(choice) : at < deliveries.size() && go(at, choice)) {
                return true;
            }
        }
        return false;
    }

    // -- claim.sql
    // -----------------------------------------------------------------------------------------------------

    private boolean claim() {
        if (!claiming) {
            return beginClaim();
        }
        if (!locked) {
            return lockClaims();
        }
        commitClaims();
        return true;
    }

    private boolean beginClaim() {
        if (deliveries.size() == SLOTS) {
            return false;
        }
        began = world.source.now;
        snapshot.clear();
        Db db = world.source.db;
        for (int i = 0; i < db.size(Table.REQUEST); i++) {
            if (db.request(i) != null) {
                snapshot.add(db.request(i));
            }
        }
        if (snapshot.stream().noneMatch(this::mayBeClaimed)) {
            return false;
        }
        tx = world.source.begin();
        claiming = true;
        locked = false;
        return said("begins to claim");
    }

    private boolean lockClaims() {
        locked = true;
        chosen.clear();
        for (Request found : snapshot) {
            if (chosen.size() + deliveries.size() == SLOTS) {
                break;
            }
            if (!mayBeClaimed(found)) {
                continue;
            }
            if (found.claimed()) {
                chooseDue(found);
            } else if (lock(found, false)) {
                chosen.add(new Chosen(world.source.db.request(found.id()), null));
            }
        }
        if (chosen.isEmpty()) {
            world.source.rollback(tx);
            endClaim();
            return said("finds nothing to claim");
        }
        return said(() -> "locks what it claims: " + chosen);
    }

    /** A due request, or its newer one in its place where there is one and nobody is just enqueueing it. */
    private void chooseDue(Request due) {
        if (!lock(due, true)) {
            return;
        }
        Request newer = pendingInSnapshot(due.tenancy());
        if (newer == null) {
            chosen.add(new Chosen(world.source.db.request(due.id()), null));
        } else if (lock(newer, false)) {
            chosen.add(new Chosen(world.source.db.request(newer.id()), world.source.db.request(due.id())));
        }
    }

    /** FOR UPDATE SKIP LOCKED: the newest version is looked at again, by the same conditions. */
    private boolean lock(Request found, boolean claimed) {
        Request now = world.source.db.request(found.id());
        return now != null
                && now.claimed() == claimed
                && (!claimed || now.leaseUntil() < began)
                && world.source.lock(tx, Table.REQUEST, found.id());
    }

    private Request pendingInSnapshot(int tenancy) {
        for (Request request : snapshot) {
            if (!request.claimed() && request.tenancy() == tenancy) {
                return request;
            }
        }
        return null;
    }

    private boolean mayBeClaimed(Request found) {
        return found.claimed() ? found.leaseUntil() < began && mayBeTakenAgain(found) : nobodyHasItsKey(found);
    }

    private boolean mayBeTakenAgain(Request due) {
        for (Request other : snapshot) {
            if (other.claimed() && other.tenancy() == due.tenancy() && other.id() != due.id()) {
                boolean first = other.claimedAt() < due.claimedAt()
                        || other.claimedAt() == due.claimedAt() && other.id() < due.id();
                if (other.leaseUntil() < began ? first : held(other)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean nobodyHasItsKey(Request pending) {
        for (Request other : snapshot) {
            if (other.claimed()
                    && other.tenancy() == pending.tenancy()
                    && (other.leaseUntil() < began || held(other))) {
                return false;
            }
        }
        return true;
    }

    private boolean held(Request other) {
        return other.token() == 0 || other.renewedAt() > began - UNRENEWED;
    }

    private void commitClaims() {
        for (Chosen one : chosen) {
            if (one.replaces != null) {
                world.source.write(tx, Table.REQUEST, one.replaces.id(), null);
            }
            Request request = one.request;
            int claimedAt = request.claimed() ? request.claimedAt() : began;
            var claim = new Request(
                    request.id(), request.tenancy(), true, claimedAt, world.identity(), began + LEASE, began);
            world.source.write(tx, Table.REQUEST, claim.id(), claim);
            deliveries.add(new Delivery(claim));
        }
        world.source.commit(tx);
        endClaim();
        said(() -> "has claimed, and holds "
                + deliveries.stream().map(d -> d.claim).toList());
    }

    private void endClaim() {
        claiming = false;
        tx = null;
    }

    // -- deliveries
    // ----------------------------------------------------------------------------------------------------

    private boolean go(int index, int choice) {
        Delivery delivery = deliveries.get(index);
        if (!delivery.sent) {
            delivery.sent = world.deliver(delivery.claim.tenancy(), delivery, Choice.second(choice, SLOTS + 2, 16));
            return delivery.sent && said(() -> "delivers request " + delivery.claim.id());
        }
        if (delivery.delivered == null) {
            if (givesUp(delivery, Choice.second(choice, SLOTS + 2, 16))) {
                delivery.delivered = false;
                return said(() -> "gives up waiting for the answer to request " + delivery.claim.id());
            }
            return false;
        }
        return settle(delivery);
    }

    private boolean givesUp(Delivery delivery, int chance) {
        boolean working = false;
        for (Call call : world.calls) {
            working |= call.worksFor(delivery);
        }
        if (working) {
            return chance == 0 && world.scenario.has(Fault.CRASH) && !world.resting();
        }
        return chance < 8 || world.resting();
    }

    private boolean settle(Delivery delivery) {
        Request claim = delivery.claim;
        if (world.source.lockedByAnother(null, Table.REQUEST, claim.id())) {
            return false;
        }
        deliveries.remove(delivery);
        boolean ok = delivery.delivered;
        said(() -> (ok ? "acknowledges request " : "postpones request ") + claim.id() + " by token " + claim.token());
        Request now = current(claim);
        if (now != null) {
            world.source.statement(Table.REQUEST, claim.id(), ok ? null : now.freed(world.source.now + 1));
            world.invariants.changedBy(claim, now, ok ? "acknowledged" : "postponed");
        }
        return true;
    }

    /** The request, if the claim is still the present one. */
    private Request current(Request claim) {
        Request now = world.source.db.request(claim.id());
        boolean matches = now != null && (now.token() == claim.token() || !world.on(Safeguard.LEASE_TOKEN));
        return matches ? now : null;
    }

    private boolean renew(int choice) {
        boolean renewed = false;
        for (Delivery delivery : deliveries) {
            Request now = current(delivery.claim);
            if (now != null
                    && now.claimed()
                    && now.renewedAt() < world.source.now
                    && !world.source.lockedByAnother(null, Table.REQUEST, now.id())) {
                world.source.statement(
                        Table.REQUEST,
                        now.id(),
                        new Request(
                                now.id(),
                                now.tenancy(),
                                true,
                                now.claimedAt(),
                                now.token(),
                                world.source.now + LEASE,
                                world.source.now));
                world.invariants.changedBy(delivery.claim, now, "renewed");
                renewed = true;
            }
        }
        return renewed && said("renews its claims");
    }

    private boolean die() {
        if (tx != null) {
            world.source.rollback(tx);
        }
        endClaim();
        deliveries.clear();
        return said("dies");
    }

    private boolean said(String what) {
        world.say(this, what);
        return true;
    }

    private boolean said(Supplier<String> what) {
        world.say(this, what);
        return true;
    }

    @Override
    public String toString() {
        return "poller " + (number + 1);
    }
}
