package dev.dbsync.model;

import dev.dbsync.engine.sync.MappingPlan;
import dev.dbsync.engine.target.Position;
import dev.dbsync.engine.target.Position.Phase;
import dev.dbsync.model.Db.Destination;
import dev.dbsync.model.Db.Row;
import dev.dbsync.model.Db.Table;
import dev.dbsync.model.Db.Verification;
import dev.dbsync.model.InternalDatabase.Tx;
import dev.dbsync.model.Target.Stored;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Verifications with repair, one after the other: {@code Verifier}, {@code MappingCheck} and {@code MappingSync.rewrite}, statement by
 * statement. It stands for another replica than the runs', so that nothing but the position's lock keeps them apart. The ranges that
 * are compared without a lock may list too many keys, and so begin it with all of them.
 */
final class Check implements Actor {

    private enum At {
        FREE,
        LOCK,
        LOOK,
        THEIRS,
        FACTS,
        ROWS,
        SAVE,
        SOURCE,
        WRITE,
        REPAIRED,
        ENQUEUE,
        FINISH
    }

    /** What is read of the source in one snapshot. */
    private record Source(Db db, Reading reading) {}

    private final World world;

    private At at = At.FREE;
    private int destination;
    private int tenancy;
    private Target target;
    private int life;
    private int server;
    private Verification verification;
    private Verification left;
    private boolean repairing;
    private Db early;
    private Stored position;
    private String tableIdentity;
    private Row[] theirs;
    private Source source;
    private Row[] rows;
    private Stored next;

    /** What has to wait is not looked at again before the clock has moved. */
    private int notBefore;

    Check(World world) {
        this.world = world;
    }

    boolean idle() {
        return at == At.FREE;
    }

    /** What would be written next, where something was read already; null otherwise. */
    Stored underWay() {
        return at == At.WRITE ? next : null;
    }

    @Override
    public boolean step(int choice) {
        if (at != At.FREE && world.unlucky(choice)) {
            return fail(choice);
        }
        if (writesDown() && server != world.source.server) {
            return let("loses its connection");
        }
        return switch (at) {
            case FREE -> claim(choice);
            case LOCK -> lock(choice);
            case LOOK -> look();
            case THEIRS -> theirs();
            case FACTS -> facts();
            case ROWS -> judge();
            case SAVE -> save();
            case SOURCE -> source();
            case WRITE -> write();
            case REPAIRED -> repaired();
            case ENQUEUE -> enqueue();
            case FINISH -> finish();
        };
    }

    private boolean writesDown() {
        return at == At.SAVE || at == At.REPAIRED || at == At.ENQUEUE || at == At.FINISH;
    }

    private boolean claim(int choice) {
        for (int i = 0; i < world.scenario.destinations(); i++) {
            int picked = (i + Choice.of(choice, world.scenario.destinations())) % world.scenario.destinations();
            verification = world.source.db.verification(picked);
            if (verification != null && world.source.now >= notBefore) {
                destination = picked;
                server = world.source.server;
                tenancy = world.scenario.tenancyOf(picked);
                return begin();
            }
        }
        return false;
    }

    private boolean begin() {
        Destination now = world.source.db.destination(destination);
        if (now == null || now.paused()) {
            return giveUp("is not wanted any more", false);
        }
        target = world.targets[destination];
        life = target.life;
        if (verification.owed() == 0 && verification.candidates() == 0) {
            world.invariants.verified(destination);
            at = At.FINISH;
            return true;
        }
        repairing = verification.owed() != 0;
        Safeguard behind =
                repairing ? Safeguard.REPAIR_READS_BEHIND_THE_LOCK : Safeguard.VERIFICATION_READS_BEHIND_THE_LOCK;
        early = world.on(behind) ? null : world.source.db.copy();
        at = At.LOCK;
        return said(() -> "takes destination " + destination + " with " + verification);
    }

    private boolean lock(int choice) {
        if (target.life != life) {
            return let("is failed by the target");
        }
        if (target.holder != null) {
            return Choice.of(choice, 4) == 3 && let("does not get the position");
        }
        if (target.position == null) {
            return giveUp("finds no position", true);
        }
        target.holder = this;
        position = target.position;
        at = At.LOOK;
        return said(() -> "locks " + world.text(position));
    }

    private boolean look() {
        if (target.life != life) {
            return let("is failed by the target");
        }
        tableIdentity = target.identityText();
        at = repairing ? At.SOURCE : At.THEIRS;
        return said("looks at the table");
    }

    private boolean theirs() {
        if (target.life != life) {
            return let("is failed by the target");
        }
        if (target.identity == 0) {
            return giveUp("fails, as there is no table", false);
        }
        theirs = target.rows.clone();
        at = At.FACTS;
        return said("reads the target's rows");
    }

    // -- looking at candidates
    // -----------------------------------------------------------------------------------------

    private boolean facts() {
        if (!read()) {
            return false;
        }
        if (!isFollowed()) {
            return true;
        }
        at = At.ROWS;
        return !world.on(Safeguard.VERIFICATION_LOCKS_THE_SOURCE) || judge();
    }

    /** One snapshot; but where nothing keeps it away, a truncate that has committed meanwhile shows in every snapshot. */
    private boolean judge() {
        if (target.life != life) {
            return let("is failed by the target");
        }
        if (world.source.lockedByAnother(null, Table.SOURCE_TABLE, 0)) {
            return false;
        }
        Row[] mine = world.source.truncates == source.reading().truncates()
                ? source.db().rows(world.scenario.keys())
                : new Row[world.scenario.keys()];
        int underWay = world.on(Safeguard.VERIFICATION_KNOWS_WHAT_IS_UNDER_WAY)
                ? Reading.inFlight(source.db(), tenancy, position.watermark())
                : 0;
        int again = 0;
        int differing = 0;
        for (int key = 0; key < theirs.length; key++) {
            int bit = 1 << key;
            if ((verification.candidates() & bit) == 0 || Objects.equals(live(mine, key), theirs[key])) {
                continue;
            }
            if ((underWay & bit) != 0) {
                again |= bit;
            } else {
                world.invariants.differs(destination, key, tableIdentity);
                differing |= bit;
            }
        }
        left = new Verification(again, differing);
        release();
        at = At.SAVE;
        return said(() -> "looks at the source: " + left);
    }

    private boolean save() {
        boolean before = world.on(Safeguard.OWED_BEFORE_REPAIRED);
        Verification found = left;
        target.found |= found.owed();
        notBefore = world.source.now + (found.candidates() != 0 && found.owed() == 0 ? 1 : 0);
        world.source.statement(
                Table.VERIFICATION, destination, before ? found : new Verification(found.candidates(), 0));
        if (!before && found.owed() != 0) {
            verification = found;
            repairing = true;
            at = At.LOCK;
            return said("goes on to repair");
        }
        at = At.FREE;
        return said("writes it down");
    }

    // -- repairing
    // -----------------------------------------------------------------------------------------------------

    private boolean source() {
        if (!read()) {
            return false;
        }
        if (!isFollowed()) {
            return true;
        }
        rows = source.db().rows(world.scenario.keys());
        Position after = position.position().readAt(source.reading().facts().moment());
        next = new Stored(after, Math.max(position.readUpTo(), source.reading().readUpTo()));
        at = At.WRITE;
        return said("reads the source's rows");
    }

    private boolean write() {
        if (target.life != life || target.identity == 0) {
            return let("is failed by the target");
        }
        world.invariants.movesOn(target.position, next);
        for (int key = 0; key < world.scenario.targetKeys(); key++) {
            if ((verification.owed() & 1 << key) != 0) {
                target.write(key, live(rows, key));
            }
        }
        target.position = next;
        world.source.changes++;
        release();
        at = At.REPAIRED;
        return said(() -> "repairs " + verification + " and commits " + world.text(next));
    }

    private boolean repaired() {
        world.source.statement(Table.VERIFICATION, destination, new Verification(verification.candidates(), 0));
        at = At.FREE;
        return said("writes down that it is repaired");
    }

    // -- both
    // ----------------------------------------------------------------------------------------------------------

    /** @return false if it has to wait for a truncate */
    private boolean read() {
        if (world.source.lockedByAnother(null, Table.SOURCE_TABLE, 0)) {
            return false;
        }
        Db seen = world.on(Safeguard.VERIFICATION_LOCKS_THE_SOURCE) ? world.source.db : world.source.db.copy();
        source = new Source(early == null ? seen : early, Reading.of(world, destination, position));
        return true;
    }

    /** Whether it is wanted and its position is one to go by; if not, it is given up, or a copy sees to it. */
    private boolean isFollowed() {
        Reading reading = source.reading();
        if (!reading.facts().wanted()) {
            giveUp("is not wanted any more", false);
            return false;
        }
        if (repairing && !world.on(Safeguard.REPAIR_OF_TRUSTED_POSITIONS_ONLY)) {
            return true;
        }
        MappingPlan plan = reading.plan(world, position, tableIdentity, false);
        if (plan instanceof MappingPlan.StartCopy || position.position().phase() != Phase.FOLLOWING) {
            giveUp("leaves it to a copy: " + plan, plan instanceof MappingPlan.StartCopy);
            return false;
        }
        return true;
    }

    private Row live(Row[] among, int targetKey) {
        for (Row row : among) {
            if (row != null && row.targetKey() == targetKey && row.tenancy() == tenancy) {
                return row;
            }
        }
        return null;
    }

    private boolean giveUp(String why, boolean wake) {
        release();
        world.targets[destination].found = 0;
        at = wake ? At.ENQUEUE : At.FINISH;
        return said(why);
    }

    private boolean enqueue() {
        Tx tx = world.source.begin();
        if (!world.source.enqueue(tx, tenancy, true)) {
            world.source.rollback(tx);
            return false;
        }
        world.source.commit(tx);
        at = At.FINISH;
        return said("enqueues the tenancy");
    }

    private boolean finish() {
        world.source.statement(Table.VERIFICATION, destination, null);
        at = At.FREE;
        return said("has come to its end");
    }

    /** A step fails or the process dies; what is written down is gone on with. */
    private boolean fail(int choice) {
        if (at == At.WRITE && Choice.of(choice, 2) == 0) {
            write();
        }
        return let("dies");
    }

    private boolean let(String why) {
        release();
        notBefore = world.source.now + 1;
        at = At.FREE;
        return said(why);
    }

    private void release() {
        if (target != null && target.holder == this) {
            target.holder = null;
        }
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
        return "verification";
    }
}
