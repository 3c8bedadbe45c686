package dev.dbsync.scenarios.convergence;

import java.util.List;

/**
 * What is going to happen: data that can be printed and cut down.
 *
 * @param seed what it was made from
 * @param before committed one after another before any destination is connected
 * @param writers the transactions of each writer, in order
 * @param faults in order of their beginning
 */
record History(long seed, List<Transaction> before, List<List<Transaction>> writers, List<Fault> faults) {

    History withFaults(List<Fault> some) {
        return new History(seed, before, writers, some);
    }

    History withWriters(List<List<Transaction>> some) {
        return new History(seed, before, some, faults);
    }

    History withBefore(List<Transaction> some) {
        return new History(seed, some, writers, faults);
    }

    int transactions() {
        return writers.stream().mapToInt(List::size).sum();
    }

    /** Everything, in the order of its making. */
    String text() {
        var text = new StringBuilder("Seed " + seed + "\n");
        text.append("Before:\n");
        before.forEach(transaction -> text.append(transaction.text()).append('\n'));
        for (int i = 0; i < writers.size(); i++) {
            text.append("Writer ").append(i).append(":\n");
            writers.get(i)
                    .forEach(transaction -> text.append(transaction.text()).append('\n'));
        }
        text.append("Faults:\n");
        faults.forEach(fault -> text.append(fault).append('\n'));
        return text.toString();
    }
}
