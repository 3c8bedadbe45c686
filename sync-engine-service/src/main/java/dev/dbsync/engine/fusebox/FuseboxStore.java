package dev.dbsync.engine.fusebox;

import dev.dbsync.common.sql.Sql;
import dev.dbsync.engine.internaldb.InternalDb;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The fusebox' one row. */
@ApplicationScoped
class FuseboxStore {

    private static final Sql READ = Sql.resource(FuseboxStore.class, "read.sql");
    private static final Sql SWITCH = Sql.resource(FuseboxStore.class, "switch.sql");

    private final InternalDb internalDb;

    FuseboxStore(InternalDb internalDb) {
        this.internalDb = internalDb;
    }

    Fusebox read() {
        return internalDb.queryOne(READ, Map.of(), FuseboxStore::fusebox).orElseThrow();
    }

    Fusebox change(FuseboxChange change) {
        var parameters = new HashMap<String, Object>();
        parameters.put("sequencer_enabled", change.sequencerEnabled());
        parameters.put("poller_enabled", change.pollerEnabled());
        parameters.put("sync_engine_enabled", change.syncEngineEnabled());
        return internalDb.queryOne(SWITCH, parameters, FuseboxStore::fusebox).orElseThrow();
    }

    private static Fusebox fusebox(ResultSet row) throws SQLException {
        return new Fusebox(
                true,
                row.getBoolean("sequencerEnabled"),
                row.getBoolean("pollerEnabled"),
                row.getBoolean("syncEngineEnabled"));
    }
}
