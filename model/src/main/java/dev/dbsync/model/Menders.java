package dev.dbsync.model;

import dev.dbsync.model.Db.Destination;
import dev.dbsync.model.Db.Row;
import dev.dbsync.model.Db.Table;
import dev.dbsync.model.Db.Verification;
import dev.dbsync.model.InternalDatabase.Tx;
import java.util.function.Supplier;

/** Operators who ask for resyncs and for verifications with repair, and tenants who change rows of their copies by hand, which is why. */
final class Menders implements Actor {

    private static final int KINDS = 4;

    private final World world;

    Menders(World world) {
        this.world = world;
    }

    @Override
    public boolean step(int choice) {
        int rest = (choice & 0xffff) / KINDS;
        int destination = rest % world.scenario.destinations();
        return switch (Choice.of(choice, KINDS)) {
            case 0 -> resync(destination);
            case 1 -> verify(destination);
            default -> change(destination, rest / world.scenario.destinations());
        };
    }

    /** Once everybody is at rest: what tenants have changed is mended, in one way or the other. */
    boolean mendAll() {
        boolean some = false;
        for (int i = 0; i < world.scenario.destinations(); i++) {
            if (world.targets[i].byHand != 0 && world.source.db.destination(i) != null) {
                some |= (i + world.source.now) % 2 == 0 ? resync(i) : verify(i);
            }
        }
        return some;
    }

    /** The request and the wake-up are one transaction. */
    private boolean resync(int destination) {
        if (world.source.db.destination(destination) == null) {
            return false;
        }
        Tx tx = world.source.begin();
        int request = world.identity();
        world.source.write(tx, Table.RESYNC, destination, request);
        if (!world.source.enqueue(tx, world.scenario.tenancyOf(destination), true)) {
            world.source.rollback(tx);
            return false;
        }
        world.source.commit(tx);
        world.targets[destination].asked = Reading.uuid(request);
        return said(
                () -> "an operator asks for a resync of destination " + destination + ", which is request " + request);
    }

    /** One at a time; it begins with all keys, as the ranges that were compared without a lock may list any. */
    private boolean verify(int destination) {
        Destination now = world.source.db.destination(destination);
        if (now == null || now.paused() || world.source.db.verification(destination) != null) {
            return false;
        }
        int all = (1 << world.scenario.targetKeys()) - 1;
        world.source.statement(Table.VERIFICATION, destination, new Verification(all, 0));
        return said(() -> "an operator asks for a verification of destination " + destination + " with repair");
    }

    private boolean change(int destination, int choice) {
        Target target = world.targets[destination];
        if (target.identity == 0 || target.position == null) {
            return false;
        }
        int key = choice % world.scenario.targetKeys();
        boolean remove = choice / world.scenario.targetKeys() % 3 == 0;
        if (remove && target.rows[key] == null) {
            return false;
        }
        Row row = remove ? null : new Row(world.scenario.tenancyOf(destination), key, world.value());
        target.change(key, row);
        world.source.changes++;
        return said(() -> "the tenant makes key " + key + " of destination " + destination + " " + row);
    }

    private boolean said(Supplier<String> what) {
        world.say(null, what);
        return true;
    }
}
