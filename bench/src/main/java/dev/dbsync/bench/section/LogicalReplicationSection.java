package dev.dbsync.bench.section;

import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.section.FlatTable.Peer;
import dev.dbsync.harness.TestDatabase;

/** PostgreSQL's own logical replication as a measure: one flat table, one subscriber, no tenants and no joins. */
public final class LogicalReplicationSection implements Section {

    private static final int ROUNDS = 3;

    @Override
    public String name() {
        return "logical-replication";
    }

    @Override
    public String title() {
        return "A peer: PostgreSQL's own logical replication of the same users, prepared as a flat table";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        var table = new FlatTable(lab, lab.scaled(100_000, 20_000));
        table.source().execute("CREATE PUBLICATION bench FOR TABLE public.flat");
        for (int round = 0; round < lab.scaled(ROUNDS, 1); round++) {
            table.round(target -> subscription(table.source(), target));
        }
        table.report(report);
    }

    private static Peer subscription(TestDatabase source, TestDatabase target) {
        target.execute("CREATE SUBSCRIPTION bench CONNECTION 'host=localhost port=" + source.port() + " user="
                + source.username() + " dbname=" + source.name() + "' PUBLICATION bench");
        return () -> target.execute("DROP SUBSCRIPTION bench");
    }
}
