package dev.dbsync.model;

import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.engine.target.SourceMoment;
import dev.dbsync.model.Db.Destination;
import dev.dbsync.model.Db.Entry;
import dev.dbsync.model.Db.Generation;
import dev.dbsync.model.Db.History;
import dev.dbsync.model.Db.Mirror;
import dev.dbsync.model.Db.Request;
import dev.dbsync.model.Db.Row;
import dev.dbsync.model.Db.State;
import dev.dbsync.model.Db.Table;
import dev.dbsync.model.Target.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Everything there is in one schedule, and its next step. */
final class World {

    private static final int TICKS_TO_REST = 100;
    private static final int FIRST_HISTORY = 1;
    private static final SourceMoment FIRST_MOMENT = new SourceMoment(Reading.uuid(FIRST_HISTORY), 0);
    private static final int STEPS_TO_REST = 4_000;

    final Scenario scenario;
    final InternalDatabase source;
    final Target[] targets;
    final Invariants invariants;
    final List<Sequencer> sequencers = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();

    /** Null in a world where nobody mends. */
    final Check check;

    final int historyMargin;
    final boolean readsAhead;

    private final Set<Safeguard> off;
    private final boolean insists;
    private final List<Actor> actors = new ArrayList<>();
    private final List<Application> applications = new ArrayList<>();
    private final List<Poller> pollers = new ArrayList<>();
    private final Chores chores;
    private final Misfortune misfortune;
    private final Menders menders;
    private final int outside;
    private final boolean[] delivered;
    private final List<String> trace;
    private int identities = FIRST_HISTORY;
    private int values;
    private int checked = -1;
    private boolean resting;
    private long steps;

    World(Scenario scenario, Rules rules, List<String> trace) {
        this.scenario = scenario;
        this.off = rules.off();
        this.insists = rules.insists();
        this.historyMargin = rules.historyMargin();
        this.readsAhead = rules.readsAhead();
        this.trace = trace;
        this.source = new InternalDatabase(
                initial(scenario), scenario.has(Fault.SOURCE_RESTORED) || scenario.has(Fault.FAILOVER_LOSES_TAIL));
        this.targets = new Target[scenario.destinations()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = new Target(scenario.targetKeys());
            if (scenario.isFollowing(i)) {
                follow(i);
            }
        }
        this.values = scenario.keys();
        this.delivered = new boolean[scenario.tenancies()];
        this.invariants = new Invariants(this);
        for (int i = 0; i < scenario.applications(); i++) {
            applications.add(new Application(this, i));
        }
        for (int i = 0; i < scenario.sequencers(); i++) {
            sequencers.add(new Sequencer(this, i));
        }
        for (int i = 0; i < scenario.pollers(); i++) {
            pollers.add(new Poller(this, i));
        }
        for (int i = 0; i < scenario.calls(); i++) {
            calls.add(new Call(this, i, i % scenario.processes()));
        }
        this.chores = new Chores(this);
        this.misfortune = new Misfortune(this);
        actors.addAll(applications);
        actors.addAll(sequencers);
        actors.addAll(pollers);
        actors.addAll(calls);
        this.check = rules.mends() ? new Check(this) : null;
        this.menders = rules.mends() ? new Menders(this) : null;
        if (check != null) {
            actors.add(check);
        }
        actors.add(chores);
        int inside = actors.size();
        actors.add(this::tick);
        actors.add(misfortune);
        if (menders != null) {
            actors.add(menders);
        }
        this.outside = actors.size() - inside;
    }

    /** A target as its first copy leaves it. */
    private void follow(int destination) {
        Target target = targets[destination];
        target.renew();
        for (int key = 0; key < scenario.keys(); key++) {
            Row row = source.db.row(key);
            if (row != null && row.tenancy() == scenario.tenancyOf(destination)) {
                target.rows[row.targetKey()] = row;
            }
        }
        Position copied = Position.copyFrom(
                        0, null, 1, Reading.hash(), target.identityText(), false, FIRST_MOMENT, null)
                .copied(Optional.empty(), 0, false);
        target.position = new Stored(copied, 0);
    }

    private static Db initial(Scenario scenario) {
        var db = new Db();
        db.put(Table.STATE, 0, new State(0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 1));
        db.put(Table.HISTORY, 1, new History(FIRST_HISTORY, 0, true));
        db.put(Table.GENERATION, 1, new Generation(1, true));
        for (int i = 0; i < Math.min(scenario.initialRows(), scenario.targetKeys()); i++) {
            db.put(Table.ROW, i, new Row(i % scenario.tenancies(), i, i));
        }
        for (int i = 0; i < scenario.destinations(); i++) {
            if (scenario.isFollowing(i)) {
                db.put(Table.DESTINATION, i, new Destination(false, -1));
                db.put(Table.MIRROR, i, new Mirror(Phase.FOLLOWING, 0, -1));
            }
        }
        return db;
    }

    int actors() {
        return actors.size();
    }

    long steps() {
        return steps;
    }

    /** Lets an actor take its next step, if it can, and checks everything. */
    boolean step(int actor, int choice) {
        if (!actors.get(actor).step(choice)) {
            return false;
        }
        steps++;
        if (source.changes != checked) {
            checked = source.changes;
            invariants.check();
        }
        return true;
    }

    /** Nothing goes wrong any more and the application stops; everybody finishes, and then every target has to be right. */
    void rest() {
        resting = true;
        say(null, "from here on nothing goes wrong and the application stops");
        misfortune.resumeAll();
        settle();
        if (misfortune.unnoticed()) {
            wakeEverybody();
            settle();
        }
        if (menders != null && menders.mendAll()) {
            settle();
        }
        invariants.converged();
    }

    private void settle() {
        int ticks = 0;
        long limit = steps + STEPS_TO_REST;
        while (true) {
            if (others()) {
                if (steps > limit) {
                    throw new Violation("does not come to rest: everybody is busy for ever");
                }
            } else if (done()) {
                return;
            } else if (++ticks > TICKS_TO_REST) {
                throw new Violation("does not come to rest: somebody waits for ever; requests " + requests()
                        + ", database's state " + source.db.state());
            } else {
                tick(Choice.PLAIN);
            }
        }
    }

    /** A turn of each but the clock, misfortune and who asks for mending. */
    boolean others() {
        boolean moved = false;
        for (int i = 0; i < actors.size() - outside; i++) {
            moved |= step(i, Choice.PLAIN);
        }
        return moved;
    }

    private boolean done() {
        return applications.stream().allMatch(Application::idle)
                && sequencers.stream().allMatch(Sequencer::idle)
                && pollers.stream().allMatch(Poller::idle)
                && calls.stream().allMatch(Call::idle)
                && chores.idle()
                && nothingIsVerified()
                && requests().isEmpty()
                && everythingHasItsId()
                && nothingIsDue()
                && (!on(Safeguard.HISTORY_TICK) || source.db.state().place() == source.place);
    }

    private List<Request> requests() {
        var found = new ArrayList<Request>();
        for (int i = 0; i < source.db.size(Table.REQUEST); i++) {
            if (source.db.request(i) != null) {
                found.add(source.db.request(i));
            }
        }
        return found;
    }

    private boolean everythingHasItsId() {
        for (Table log : List.of(Table.CHANGED, Table.DELETED)) {
            for (int i = 0; i < source.db.size(log); i++) {
                Entry entry = source.db.entry(log, i);
                if (entry != null && entry.sequenceId() == 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean nothingIsVerified() {
        if (check == null) {
            return true;
        }
        for (int i = 0; i < scenario.destinations(); i++) {
            if (source.db.verification(i) != null) {
                return false;
            }
        }
        return check.idle();
    }

    private boolean nothingIsDue() {
        for (int i = 0; i < scenario.destinations(); i++) {
            Destination destination = source.db.destination(i);
            if (destination != null && destination.nextAttempt() >= 0) {
                return false;
            }
        }
        return true;
    }

    /** As an operator's request to sync does, or each tenancy's next change. */
    private void wakeEverybody() {
        for (int i = 0; i < scenario.tenancies(); i++) {
            InternalDatabase.Tx tx = source.begin();
            if (hasDestination(i) && !source.enqueue(tx, i, true)) {
                throw new IllegalStateException("everybody was at rest");
            }
            source.commit(tx);
        }
        say(null, "an operator has every tenancy synced");
    }

    private boolean tick(int choice) {
        source.now++;
        say(null, () -> "the clock shows " + source.now);
        return true;
    }

    // -- for the actors
    // ------------------------------------------------------------------------------------------------

    boolean on(Safeguard safeguard) {
        return !off.contains(safeguard);
    }

    /** Whether breaking a rule counts by itself, or only once it does harm. */
    boolean insists() {
        return insists;
    }

    boolean resting() {
        return resting;
    }

    boolean unlucky(int choice) {
        return !resting && Choice.luck(choice) < scenario.crashRate();
    }

    /** A number that nobody else has. */
    int identity() {
        return ++identities;
    }

    /** A value that no row had before. */
    int value() {
        return ++values;
    }

    boolean hasDestination(int tenancy) {
        for (int i = 0; i < scenario.destinations(); i++) {
            if (scenario.tenancyOf(i) == tenancy && source.db.destination(i) != null) {
                return true;
            }
        }
        return false;
    }

    /** @return false if the engine has no room */
    boolean deliver(int tenancy, Poller.Delivery delivery, int pick) {
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get((pick + i) % calls.size());
            if (call.idle()) {
                call.begin(tenancy, delivery);
                delivered[tenancy] = true;
                return true;
            }
        }
        return false;
    }

    boolean deliverAgain(int tenancy, int pick) {
        if (!delivered[tenancy] || !deliver(tenancy, null, pick)) {
            return false;
        }
        say(null, () -> "a delivery for tenancy " + tenancy + " arrives once more");
        return true;
    }

    void say(Actor who, String what) {
        if (trace != null) {
            trace.add((who == null ? "" : who + " ") + what);
        }
    }

    void say(Actor who, Supplier<String> what) {
        if (trace != null) {
            say(who, what.get());
        }
    }

    String text(Entry entry) {
        return (entry.tombstone() ? "tombstone " : "change ") + entry.logId() + " (tenancy " + entry.tenancy()
                + ", key "
                + entry.key() + (entry.tombstone() ? ", target key " + entry.targetKey() : "")
                + (entry.sequenceId() == 0 ? ", no id yet)" : ", id " + entry.sequenceId() + ")");
    }

    private static String text(SourceMoment moment) {
        return " (history " + moment.history().getLeastSignificantBits() + ", tick " + moment.tick() + ")";
    }

    String text(Stored stored) {
        if (stored == null) {
            return "no position";
        }
        Position position = stored.position();
        if (position.phase() == Phase.PENDING) {
            return "position pending";
        }
        return "position " + position.phase().text() + " at " + position.watermark()
                + (position.epoch() == null
                        ? ""
                        : " of epoch " + position.epoch().getLeastSignificantBits())
                + position.cursor()
                        .map(cursor -> " behind key " + cursor.get(0))
                        .orElse("")
                + (on(Safeguard.HISTORY_TICK) ? text(position.moment()) : "");
    }
}
