package dev.dbsync.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The figures of one section: lines of a table, and remarks below it. */
public final class Report {

    private static final Line HEAD = new Line("what", "median", "spread", "ratio", "goal");

    private final String name;
    private final String title;
    private final List<Line> lines = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    Report(Section section) {
        name = section.name();
        title = section.title();
    }

    private record Line(String what, String figure, String spread, String ratio, String goal) {

        private List<String> cells() {
            return List.of(what, figure, spread, ratio, goal);
        }
    }

    /** The section's word. */
    public String name() {
        return name;
    }

    /** A line with every cell as it is to be read. */
    public void line(String what, String figure, String spread, String ratio, String goal) {
        lines.add(new Line(what, figure, spread, ratio, goal));
        System.out.println(
                "  " + String.join("  ", what, figure, spread, ratio, goal).stripTrailing());
    }

    /** A line of a median with its least and greatest value. */
    public void line(String what, Samples samples, String unit, String ratio, String goal) {
        line(what, Samples.number(samples.median()) + " " + unit, samples.spread(), ratio, goal);
    }

    /** A line compared with another by the median of the rounds' ratios. */
    public void compared(String what, Samples samples, String unit, Samples base, String goal) {
        Samples ratios = samples.dividedBy(base);
        String ratio = Samples.number(ratios.median()) + (ratios.count() < 2 ? "" : " (" + ratios.spread() + ")");
        line(what, samples, unit, ratio, goal);
    }

    /** A line of waits, with the percentiles that matter. */
    public void waits(String what, Samples samples, String unit, String goal) {
        line(what, Samples.number(samples.median()) + " " + unit, samples.percentiles(), "", goal);
    }

    /** A sentence, or a block of lines that is to keep its form. */
    public void remark(String text) {
        remarks.add(text);
        System.out.println("  " + text.replace("\n", "\n  "));
    }

    /** For the terminal. */
    public String text() {
        var text = new StringBuilder(title).append('\n');
        var all = new ArrayList<Line>();
        all.add(HEAD);
        all.addAll(lines);
        int columns = HEAD.cells().size();
        var widths = new int[columns];
        for (Line line : all) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], line.cells().get(i).length());
            }
        }
        for (Line line : lines.isEmpty() ? List.<Line>of() : all) {
            var row = new StringBuilder("  ");
            for (int i = 0; i < columns; i++) {
                String cell = line.cells().get(i);
                String padding = " ".repeat(widths[i] - cell.length());
                row.append(i == 1 ? padding + cell : cell + padding).append("  ");
            }
            text.append(row.toString().stripTrailing()).append('\n');
        }
        remarks.forEach(
                remark -> text.append("  ").append(remark.replace("\n", "\n  ")).append('\n'));
        return text.toString();
    }

    /** For the documentation, under a heading that {@link PerformancePage} finds again. */
    String markdown(String when) {
        var text = new StringBuilder("### ")
                .append(name)
                .append("\n\n")
                .append(title)
                .append(". ")
                .append(when);
        text.append("\n");
        if (!lines.isEmpty()) {
            text.append('\n').append(row(HEAD.cells())).append("|---|---:|---|---|---|\n");
            lines.forEach(line -> text.append(row(line.cells())));
        }
        for (String remark : remarks) {
            text.append('\n')
                    .append(remark.contains("\n") ? "```\n" + remark + "\n```" : remark)
                    .append('\n');
        }
        return text.toString();
    }

    private static String row(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
