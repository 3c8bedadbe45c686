package dev.dbsync.scenarios.convergence;

import dev.dbsync.scenarios.convergence.Transaction.Ending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Makes a history of a seed. The same seed and shape make the same history. */
final class HistoryGenerator {

    private static final int BEFORE = 150;
    private static final int MOST_CHANGES = 5;
    private static final int SHORT_HOLD = 1_200;
    private static final int LONG_HOLD = 3_500;

    private final Shape shape;
    private final SplittableRandom random;
    private final Changes changes;

    private HistoryGenerator(long seed, Shape shape) {
        this.shape = shape;
        this.random = new SplittableRandom(seed);
        this.changes = new Changes(random);
    }

    static History generate(long seed, Shape shape) {
        var generator = new HistoryGenerator(seed, shape);
        List<Transaction> before = generator.before();
        List<List<Transaction>> writers =
                Stream.generate(generator::writer).limit(shape.writers()).toList();
        return new History(seed, before, writers, FaultPlanner.plan(generator.random.split(), shape));
    }

    private List<Transaction> before() {
        var before = new ArrayList<Transaction>();
        Changes.beginnings().forEach(change -> before.add(new Transaction(0, List.of(change), 0, Ending.COMMIT)));
        for (int i = 0; i < BEFORE; i++) {
            before.add(new Transaction(0, List.of(changes.next()), 0, Ending.COMMIT));
        }
        return List.copyOf(before);
    }

    private List<Transaction> writer() {
        int longOne = random.nextInt(shape.transactionsPerWriter());
        var transactions = new ArrayList<Transaction>();
        for (int i = 0; i < shape.transactionsPerWriter(); i++) {
            int hold = i == longOne ? random.nextInt(SHORT_HOLD, LONG_HOLD) : hold();
            transactions.add(new Transaction(random.nextInt(shape.millis()), someChanges(), hold, ending()));
        }
        transactions.sort(Comparator.comparingInt(Transaction::atMillis));
        return List.copyOf(transactions);
    }

    private List<Change> someChanges() {
        if (oneIn(2 * shape.transactionsPerWriter())) {
            return List.of(changes.truncate());
        }
        var some = new ArrayList<Change>();
        int count = 1 + random.nextInt(MOST_CHANGES);
        for (int i = 0; i < count; i++) {
            Change change = changes.next();
            some.add(oneIn(12) ? Changes.undone(change) : change);
        }
        return List.copyOf(some);
    }

    private int hold() {
        return oneIn(20) ? random.nextInt(SHORT_HOLD) : 0;
    }

    private Ending ending() {
        return oneIn(8) ? Ending.ROLLBACK : Ending.COMMIT;
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }
}
