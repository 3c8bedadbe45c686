package dev.dbsync.bench.section;

import dev.dbsync.bench.Await;
import dev.dbsync.bench.BinaryCopy;
import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Resources;
import dev.dbsync.bench.Samples;
import dev.dbsync.bench.Users;
import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;

/** The same users as a table ready to be replicated, {@code public.flat}, for peers that know no mapping; and what they do with it. */
final class FlatTable {

    private static final Duration LOOK = Duration.ofMillis(5);
    private static final Duration LOOK_CLOSELY = Duration.ofNanos(200_000);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Lab lab;
    private final TestDatabase source;
    private final int rows;
    private final Samples plain = new Samples();
    private final Samples copied = new Samples();
    private final Samples copiedOnceRunning = new Samples();
    private final Samples applied = new Samples();
    private final Samples millis = new Samples();

    FlatTable(Lab lab, int rows) {
        this.lab = lab;
        this.rows = rows;
        source = lab.uncaptured();
        UUID tenancy = Users.seed(source, rows);
        source.execute(
                definition(),
                "INSERT INTO public.flat " + Users.mappingQuery(tenancy),
                "VACUUM (ANALYZE, FREEZE) public.flat");
    }

    /** Something that copies the table into a target's empty one, and follows it from then on. */
    interface Peer {
        void stop() throws Exception;
    }

    /** How a peer is set to work. */
    interface Start {
        Peer on(TestDatabase target) throws Exception;
    }

    TestDatabase source() {
        return source;
    }

    /** One round: plain COPY, then the peer's first copy, many changes at once, and single ones. */
    void round(Start start) throws Exception {
        try (TestDatabase target = lab.targetServer().createDatabase("bench_plain")) {
            target.execute(definition());
            lab.checkpoint();
            plain.add(rows / BinaryCopy.run(source, "TABLE public.flat", target, "public.flat"));
        }
        TestDatabase target = lab.targetServer().createDatabase("bench_peer");
        target.execute(definition());
        lab.checkpoint();
        long began = System.nanoTime();
        Peer peer = start.on(target);
        try {
            awaitTrue(target, "SELECT EXISTS (SELECT FROM public.flat)");
            long first = System.nanoTime();
            long alreadyThere = target.queryLong("SELECT count(*) FROM public.flat");
            awaitTrue(target, "SELECT count(*) = " + rows + " FROM public.flat");
            copied.add(rows / Await.since(began));
            // Nothing to tell where the copy is one transaction.
            if (alreadyThere < rows) {
                copiedOnceRunning.add((rows - alreadyThere) / Await.since(first));
            }
            lab.checkpoint();
            manyChanges(target);
            singleChanges(target);
        } finally {
            peer.stop();
        }
    }

    void report(Report report) {
        report.compared("binary COPY of the flat table", plain, "rows/s", plain, "");
        report.compared("first copy, from its start", copied, "rows/s", plain, "");
        if (copiedOnceRunning.count() > 0) {
            report.compared("first copy, from its first rows", copiedOnceRunning, "rows/s", plain, "");
        }
        report.line(String.format("%,d updates of one transaction", rows), applied, "rows/s", "", "");
        report.waits("commit of a single change to visible", millis, "ms", "");
    }

    private void manyChanges(TestDatabase target) throws Exception {
        String name = "'Renamed " + applied.count() + "'";
        source.execute("UPDATE public.flat SET display_name = " + name);
        long start = System.nanoTime();
        awaitTrue(target, "SELECT count(*) = " + rows + " FROM public.flat WHERE display_name = " + name);
        applied.add(rows / Await.since(start));
    }

    private void singleChanges(TestDatabase target) throws Exception {
        UUID id = UUID.fromString(target.queryText("SELECT id::text FROM public.flat LIMIT 1"));
        try (Connection writer = source.connect();
                Connection reader = target.connect();
                PreparedStatement update =
                        writer.prepareStatement("UPDATE public.flat SET display_name = ? WHERE id = ?");
                PreparedStatement look =
                        reader.prepareStatement("SELECT display_name = ? FROM public.flat WHERE id = ?")) {
            update.setObject(2, id);
            look.setObject(2, id);
            for (int i = 0; i < lab.scaled(100, 30); i++) {
                Await.randomPause(PAUSE);
                update.setString(1, "Change " + i);
                look.setString(1, "Change " + i);
                update.executeUpdate();
                millis.add(Await.until("a single change", LOOK_CLOSELY, () -> isTrue(look)) * 1000);
            }
        }
    }

    private static void awaitTrue(TestDatabase target, String sql) throws Exception {
        try (Connection connection = target.connect();
                PreparedStatement look = connection.prepareStatement(sql)) {
            Await.until(sql, LOOK, () -> isTrue(look));
        }
    }

    private static boolean isTrue(PreparedStatement look) throws SQLException {
        try (ResultSet row = look.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static String definition() {
        return Resources.read("users_target.sql").replace("TABLE users", "TABLE public.flat");
    }
}
