package dev.dbsync.engine.target.postgres;

import dev.dbsync.common.mapping.Mapping;
import dev.dbsync.engine.quarantine.RefusedRow;
import dev.dbsync.engine.target.TargetFault;
import dev.dbsync.engine.target.TargetFault.Scope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what a target takes of a batch, in the transaction under way, and finds what it refuses by halving: k refused rows among
 * n cost about k log n statements. What is refused is tried again as long as something else could be written meanwhile, since
 * one row may stand in another's way (a unique constraint of the tenant's). Used once.
 */
public final class BatchBisection {

    private final Connection connection;
    private final Write delete;
    private final Write upsert;
    private final Mapping mapping;
    private long changed;

    /** Writes some rows in one statement. */
    interface Write {
        /** @return how many rows changed */
        long of(List<List<String>> rows) throws SQLException;
    }

    /**
     * What came of a batch.
     *
     * @param changed rows that changed in the target
     * @param refused rows that it refused, deletes and upserts alike
     */
    public record Taken(long changed, List<RefusedRow> refused) {}

    private record Refusal(List<String> row, TargetFault fault) {}

    BatchBisection(Connection connection, Mapping mapping, Write delete, Write upsert) {
        this.connection = connection;
        this.delete = delete;
        this.upsert = upsert;
        this.mapping = mapping;
    }

    Taken write(List<List<String>> deletes, List<List<String>> upserts) throws SQLException {
        List<Refusal> notDeleted = attempt(deletes, delete);
        List<Refusal> notUpserted = attempt(upserts, upsert);
        int before;
        do {
            before = notDeleted.size() + notUpserted.size();
            notDeleted = again(notDeleted, delete);
            notUpserted = again(notUpserted, upsert);
        } while (notDeleted.size() + notUpserted.size() < before);
        var refused = new ArrayList<RefusedRow>();
        notDeleted.forEach(one -> refused.add(new RefusedRow(one.row(), one.fault())));
        notUpserted.forEach(one -> refused.add(new RefusedRow(mapping.targetKey(one.row()), one.fault())));
        return new Taken(changed, refused);
    }

    private List<Refusal> again(List<Refusal> refused, Write write) throws SQLException {
        return attempt(refused.stream().map(Refusal::row).toList(), write);
    }

    private List<Refusal> attempt(List<List<String>> rows, Write write) throws SQLException {
        var refused = new ArrayList<Refusal>();
        halve(rows, write, refused);
        return refused;
    }

    private void halve(List<List<String>> rows, Write write, List<Refusal> refused) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        Savepoint before = connection.setSavepoint();
        try {
            changed += write.of(rows);
            connection.releaseSavepoint(before);
            return;
        } catch (SQLException e) {
            TargetFault fault = TargetFault.from(e);
            if (fault.scope() != Scope.ROW) {
                throw e;
            }
            connection.rollback(before);
            connection.releaseSavepoint(before);
            if (rows.size() == 1) {
                refused.add(new Refusal(rows.get(0), fault));
                return;
            }
        }
        int middle = rows.size() / 2;
        halve(rows.subList(0, middle), write, refused);
        halve(rows.subList(middle, rows.size()), write, refused);
    }
}
