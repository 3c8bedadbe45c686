package dev.dbsync.bench;

import dev.dbsync.harness.TestDatabase;
import java.sql.Connection;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/** The measure of all copies: one server's binary {@code COPY} streamed into another's, in one transaction. */
public final class BinaryCopy {

    private BinaryCopy() {}

    /** @return seconds from the first statement to the end of the commit */
    public static double run(TestDatabase source, String query, TestDatabase target, String table) throws Exception {
        try (Connection from = source.connect();
                Connection into = target.connect()) {
            long start = System.nanoTime();
            CopyOut out = manager(from).copyOut("COPY (" + query + ") TO STDOUT (FORMAT binary)");
            CopyIn in = manager(into).copyIn("COPY " + table + " FROM STDIN (FORMAT binary)");
            byte[] row;
            while ((row = out.readFromCopy()) != null) {
                in.writeToCopy(row, 0, row.length);
            }
            in.endCopy();
            return Await.since(start);
        }
    }

    private static CopyManager manager(Connection connection) throws Exception {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }
}
