package dev.dbsync.scenarios.convergence;

import dev.dbsync.harness.TestDatabase;
import dev.dbsync.scenarios.convergence.Transaction.Ending;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Plays a history's writers, each on a connection of its own straight to the internal database. A transaction that fails, for
 * whatever reason, is rolled back and not repeated; a connection that breaks is made anew.
 */
final class Writers implements AutoCloseable {

    private static final int RECONNECT_MILLIS = 100;
    private static final String TIMEOUTS = "SET lock_timeout = '3s'; SET statement_timeout = '10s'";

    private final TestDatabase internal;
    private final Names names;
    private final Statistics statistics;
    private final ExecutorService threads;
    private final List<Future<?>> writers = new ArrayList<>();
    private final long start = System.nanoTime();

    private Writers(TestDatabase internal, Names names, Statistics statistics, int count) {
        this.internal = internal;
        this.names = names;
        this.statistics = statistics;
        this.threads = Executors.newFixedThreadPool(Math.max(1, count));
    }

    /** Commits these one after another, and returns; what fails is left out. */
    static void before(TestDatabase internal, Names names, List<Transaction> transactions) {
        try (var writers = new Writers(internal, names, new Statistics(), 0)) {
            writers.play(transactions);
        }
    }

    /** Starts them. */
    static Writers start(TestDatabase internal, Names names, Statistics statistics, List<List<Transaction>> histories) {
        var started = new Writers(internal, names, statistics, histories.size());
        histories.forEach(history -> started.writers.add(started.threads.submit(() -> started.play(history))));
        return started;
    }

    /** Waits until all are through. */
    void await(long seconds) {
        for (Future<?> writer : writers) {
            try {
                writer.get(seconds, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IllegalStateException("A writer did not come to its end", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void play(List<Transaction> transactions) {
        Connection connection = null;
        try {
            for (Transaction transaction : transactions) {
                passUntil(transaction.atMillis());
                connection = connected(connection);
                run(connection, transaction);
            }
        } finally {
            closeQuietly(connection);
        }
    }

    private void run(Connection connection, Transaction transaction) {
        try (var statement = connection.createStatement()) {
            for (Change change : transaction.changes()) {
                statement.execute(names.resolve(change.sql()));
                statistics.operation(change.kind());
            }
            pass(transaction.holdMillis());
            if (transaction.ending() == Ending.COMMIT) {
                connection.commit();
                statistics.committed();
            } else {
                connection.rollback();
                statistics.rolledBack();
            }
        } catch (SQLException e) {
            statistics.failed(e.getSQLState());
            rollBackQuietly(connection);
        }
    }

    /** Waits for the database where it is away. */
    private Connection connected(Connection former) {
        Connection connection = isValid(former) ? former : null;
        while (connection == null) {
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("Told to stop");
            }
            closeQuietly(former);
            try {
                connection = connect();
            } catch (SQLException e) {
                pass(RECONNECT_MILLIS);
            }
        }
        return connection;
    }

    private static boolean isValid(Connection connection) {
        try {
            return connection != null && connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = internal.connect();
        try (var statement = connection.createStatement()) {
            statement.execute(TIMEOUTS);
        }
        connection.setAutoCommit(false);
        return connection;
    }

    private void passUntil(int millis) {
        pass(millis - (int) ((System.nanoTime() - start) / 1_000_000));
    }

    private static void pass(int millis) {
        if (millis > 0) {
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    private static void rollBackQuietly(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            closeQuietly(connection);
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // It is gone either way.
        }
    }
}
