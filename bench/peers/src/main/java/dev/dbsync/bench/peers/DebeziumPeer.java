package dev.dbsync.bench.peers;

import io.debezium.connector.jdbc.JdbcSinkConnectorTask;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Debezium's embedded engine with its JDBC sink, in one process, without a broker in between: copies public.flat and follows
 * it until it is ended. Arguments: port and database of the source, port and database of the target.
 */
public final class DebeziumPeer {

    private final JdbcSinkConnectorTask sink = new JdbcSinkConnectorTask();
    private long offset;

    private DebeziumPeer() {}

    public static void main(String... arguments) {
        var peer = new DebeziumPeer();
        peer.sink.initialize(context());
        peer.sink.start(sinkSettings(arguments[2], arguments[3]));
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(sourceSettings(arguments[0], arguments[1]))
                .notifying(peer::handle)
                .using((success, message, error) -> {
                    System.err.println(message);
                    System.exit(1);
                })
                .build()
                .run();
    }

    private void handle(
            List<RecordChangeEvent<SourceRecord>> events, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        var records = new ArrayList<SinkRecord>(events.size());
        for (RecordChangeEvent<SourceRecord> event : events) {
            SourceRecord record = event.record();
            records.add(new SinkRecord(
                    record.topic(),
                    0,
                    record.keySchema(),
                    record.key(),
                    record.valueSchema(),
                    record.value(),
                    offset++,
                    record.timestamp(),
                    TimestampType.CREATE_TIME,
                    record.headers()));
        }
        sink.put(records);
        for (RecordChangeEvent<SourceRecord> event : events) {
            committer.markProcessed(event);
        }
        committer.markBatchFinished();
    }

    private static Properties sourceSettings(String port, String database) {
        var settings = new Properties();
        settings.setProperty("name", "bench");
        settings.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        settings.setProperty("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        settings.setProperty("offset.flush.interval.ms", "10000");
        settings.setProperty("topic.prefix", "bench");
        settings.setProperty("database.hostname", "localhost");
        settings.setProperty("database.port", port);
        settings.setProperty("database.user", "postgres");
        settings.setProperty("database.password", "postgres");
        settings.setProperty("database.dbname", database);
        settings.setProperty("plugin.name", "pgoutput");
        settings.setProperty("slot.drop.on.stop", "true");
        settings.setProperty("publication.autocreate.mode", "filtered");
        settings.setProperty("table.include.list", "public.flat");
        settings.setProperty("snapshot.mode", "initial");
        settings.setProperty("snapshot.fetch.size", "10000");
        settings.setProperty("max.batch.size", "10000");
        settings.setProperty("max.queue.size", "40000");
        settings.setProperty("poll.interval.ms", "5");
        return settings;
    }

    private static Map<String, String> sinkSettings(String port, String database) {
        return Map.of(
                "connection.url",
                        "jdbc:postgresql://localhost:" + port + "/" + database + "?reWriteBatchedInserts=true",
                "connection.username", "postgres",
                "connection.password", "postgres",
                "insert.mode", "upsert",
                "primary.key.mode", "record_key",
                "schema.evolution", "none",
                "collection.name.format", "flat",
                "batch.size", "5000",
                "use.reduction.buffer", "true");
    }

    /** The sink asks its context for nothing that matters without a broker. */
    private static SinkTaskContext context() {
        return (SinkTaskContext) Proxy.newProxyInstance(
                DebeziumPeer.class.getClassLoader(),
                new Class<?>[] {SinkTaskContext.class},
                (proxy, method, values) -> null);
    }
}
