package dev.dbsync.model;

import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.model.Db.Destination;
import dev.dbsync.model.Db.Table;
import dev.dbsync.model.InternalDatabase.Tx;
import dev.dbsync.model.Target.Backup;
import dev.dbsync.model.Target.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What comes from outside: operators, tenants, networks, restores. */
final class Misfortune implements Actor {

    private static final int KINDS = 6;
    private static final int BACKUPS = 3;

    private final World world;
    private final List<List<Backup>> backups = new ArrayList<>();
    private boolean wentBack;
    private boolean stayed;
    private boolean tampered;

    Misfortune(World world) {
        this.world = world;
        for (int i = 0; i < world.scenario.destinations(); i++) {
            backups.add(new ArrayList<>());
        }
    }

    /** Whether something happened that nothing of ours can notice before the tenancy's next change. */
    boolean unnoticed() {
        return tampered || stayed || wentBack && !world.on(Safeguard.HISTORY_TICK);
    }

    @Override
    public boolean step(int choice) {
        int rest = choice / KINDS;
        return switch (Choice.of(choice, KINDS)) {
            case 0 -> connect(rest & 0x1fff);
            case 1 -> world.scenario.has(Fault.PAUSE) && pause((rest & 0x1fff) % world.scenario.destinations());
            case 2 ->
                world.scenario.has(Fault.DUPLICATE_DELIVERY)
                        && world.deliverAgain((rest & 0x1fff) % world.scenario.tenancies(), rest & 0xfff);
            case 3 -> world.scenario.has(Fault.TARGET_TAMPERED) && tamper(rest & 0x1fff);
            case 4 -> world.scenario.has(Fault.TARGET_RESTORED) && restoreTarget(rest & 0x1fff);
            default ->
                (world.scenario.has(Fault.SOURCE_RESTORED) || world.scenario.has(Fault.FAILOVER_LOSES_TAIL))
                        && restoreSource(rest & 0x1fff);
        };
    }

    private boolean connect(int choice) {
        int destination = choice % world.scenario.destinations();
        if (world.source.db.destination(destination) != null) {
            return false;
        }
        return change(destination, new Destination(false, -1), true)
                && said(() -> "an operator connects destination " + destination + " of tenancy "
                        + world.scenario.tenancyOf(destination));
    }

    private boolean pause(int destination) {
        Destination now = world.source.db.destination(destination);
        if (now == null) {
            return false;
        }
        boolean paused = !now.paused();
        return change(destination, new Destination(paused, paused ? now.nextAttempt() : -1), !paused)
                && said(() -> "an operator " + (paused ? "pauses" : "resumes") + " destination " + destination);
    }

    void resumeAll() {
        for (int i = 0; i < world.scenario.destinations(); i++) {
            Destination now = world.source.db.destination(i);
            while (now != null && now.paused() && !pause(i)) {
                world.others();
            }
        }
    }

    private boolean change(int destination, Destination after, boolean enqueue) {
        Tx tx = world.source.begin();
        world.source.write(tx, Table.DESTINATION, destination, after);
        if (enqueue && !world.source.enqueue(tx, world.scenario.tenancyOf(destination), true)) {
            world.source.rollback(tx);
            return false;
        }
        world.source.commit(tx);
        return true;
    }

    private boolean tamper(int choice) {
        int destination = choice % world.scenario.destinations();
        Target target = world.targets[destination];
        for (Call call : world.calls) {
            if (call.uses(target)) {
                return false;
            }
        }
        if (target.identity == 0) {
            return false;
        }
        tampered = true;
        boolean drop = choice / world.scenario.destinations() % 2 == 0;
        if (drop) {
            target.drop();
        } else {
            target.renew();
        }
        world.source.changes++;
        return said(() -> "the tenant " + (drop ? "drops" : "truncates") + " the table of destination " + destination);
    }

    private boolean restoreTarget(int choice) {
        int destination = choice % world.scenario.destinations();
        Target target = world.targets[destination];
        List<Backup> kept = backups.get(destination);
        int which = choice / world.scenario.destinations() % (BACKUPS + 1);
        if (which >= kept.size()) {
            if (kept.size() == BACKUPS || target.position == null) {
                return false;
            }
            kept.add(target.backup());
            return said(() -> "somebody backs destination " + destination + " up");
        }
        target.restore(kept.get(which));
        tampered = true;
        world.invariants.rewound();
        world.source.changes++;
        return said(() -> "somebody restores destination " + destination + " to " + world.text(target.position));
    }

    private boolean restoreSource(int choice) {
        int commits = world.source.commits();
        if (commits == 0) {
            return false;
        }
        int lost = 1 + choice % (choice / 64 % 2 == 0 ? Math.min(commits, 3) : commits);
        boolean kept = someTargetKeepsWhatIsLost(lost);
        if (kept && !world.scenario.has(Fault.FAILOVER_LOSES_TAIL)) {
            return false;
        }
        boolean elsewhere = kept || choice / 512 % 2 == 0;
        world.source.goBack(lost, choice / 128 % 2 == 0, elsewhere);
        if (choice / 256 % 2 == 0) {
            world.sequencers.forEach(Sequencer::loseConnection);
        }
        for (int i = 0; i < world.targets.length; i++) {
            world.targets[i].asked = Reading.uuid(world.source.db.resync(i));
            world.targets[i].found = 0;
        }
        wentBack = true;
        stayed |= !elsewhere;
        world.invariants.rewound();
        return said(() -> "the internal database loses its " + lost + " newest commits of " + commits
                + (elsewhere ? " and is at place " + world.source.place : " and stays where it is") + "; its state is "
                + world.source.db.state());
    }

    /** Whether a target has read a commit that will be lost, without its watermark telling so. */
    private boolean someTargetKeepsWhatIsLost(int lost) {
        int left = world.source.commits() - lost;
        int last = world.source.before(lost).state().last();
        for (Target target : world.targets) {
            if (keeps(target.position, left, last)) {
                return true;
            }
        }
        for (Call call : world.calls) {
            if (keeps(call.underWay(), left, last)) {
                return true;
            }
        }
        if (world.check != null && keeps(world.check.underWay(), left, last)) {
            return true;
        }
        for (List<Backup> kept : backups) {
            for (Backup backup : kept) {
                if (keeps(backup.position(), left, last)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean keeps(Stored stored, int left, int last) {
        return stored != null
                && stored.position().phase() != Phase.PENDING
                && stored.readUpTo() > left
                && stored.watermark() <= last;
    }

    private boolean said(Supplier<String> what) {
        world.say(null, what);
        return true;
    }
}
