package dev.dbsync.sequencer.reference;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Creates the reference application tables that are absent. Any number of replicas may do so at once. */
@ApplicationScoped
public class ReferenceSchema {

    private static final String RESOURCE = "/dbsync/sequencer/reference/reference-schema.sql";

    private final DataSource dataSource;
    private final boolean wanted;

    ReferenceSchema(
            DataSource dataSource,
            @ConfigProperty(name = "dbsync.reference-schema", defaultValue = "true") boolean wanted) {
        this.dataSource = dataSource;
        this.wanted = wanted;
    }

    /**
     * Does nothing if the configuration does not want them. Otherwise needs privileges only where a table is absent.
     *
     * @throws SQLException if one cannot be created; then none was
     */
    public void createWhereAbsent() throws SQLException {
        if (wanted) {
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(text());
            }
        }
    }

    private static String text() {
        try (InputStream in = ReferenceSchema.class.getResourceAsStream(RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + RESOURCE, e);
        }
    }
}
