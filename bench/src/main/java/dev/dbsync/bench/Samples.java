package dev.dbsync.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measured values of one thing, in the order they were taken. All statistics of the benchmark are here. */
public final class Samples {

    private final List<Double> values = new ArrayList<>();

    /** These values. */
    public static Samples of(double... values) {
        var samples = new Samples();
        for (double value : values) {
            samples.add(value);
        }
        return samples;
    }

    public void add(double value) {
        values.add(value);
    }

    /** Adds what another has, in its order. */
    public void addAll(Samples others) {
        values.addAll(others.values);
    }

    /** Forgets what was taken to warm up. */
    public void clear() {
        values.clear();
    }

    public int count() {
        return values.size();
    }

    public double median() {
        return quantile(0.5);
    }

    public double min() {
        return quantile(0);
    }

    public double max() {
        return quantile(1);
    }

    public double first() {
        return values.get(0);
    }

    public double last() {
        return values.get(values.size() - 1);
    }

    /** Of rates of equal shares of some work: the rate of the whole. */
    public double harmonicMean() {
        return count() / values.stream().mapToDouble(value -> 1 / value).sum();
    }

    /** Between the two nearest values in proportion; not a number where there is none. */
    public double quantile(double q) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = values.stream().sorted().toList();
        double place = q * (sorted.size() - 1);
        double below = sorted.get((int) Math.floor(place));
        double above = sorted.get((int) Math.ceil(place));
        return below + (above - below) * (place - Math.floor(place));
    }

    /** This divided by that, round by round, so that a machine that slows down for a while slows both. */
    public Samples dividedBy(Samples base) {
        var ratios = new Samples();
        for (int i = 0; i < Math.min(values.size(), base.values.size()); i++) {
            ratios.add(values.get(i) / base.values.get(i));
        }
        return ratios;
    }

    /** {@code min … max}, or nothing where there is one value. */
    public String spread() {
        return count() < 2 ? "" : number(min()) + " … " + number(max());
    }

    /** The percentiles that a wait is judged by. */
    public String percentiles() {
        return "p90 %s, p99 %s, max %s".formatted(number(quantile(0.9)), number(quantile(0.99)), number(max()));
    }

    /** As people read it: thousands grouped, three digits that count. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        String format =
                size >= 1000 ? "%,.0f" : size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, size >= 10_000 ? Math.round(value / 100) * 100d : value);
    }
}
