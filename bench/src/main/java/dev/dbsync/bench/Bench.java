package dev.dbsync.bench;

import dev.dbsync.bench.section.ColdTenantsSection;
import dev.dbsync.bench.section.CopySection;
import dev.dbsync.bench.section.DebeziumSection;
import dev.dbsync.bench.section.IdleSection;
import dev.dbsync.bench.section.LatencySection;
import dev.dbsync.bench.section.LogicalReplicationSection;
import dev.dbsync.bench.section.MemorySection;
import dev.dbsync.bench.section.PlainJavaSection;
import dev.dbsync.bench.section.ScaleOutSection;
import dev.dbsync.bench.section.SequencerSection;
import dev.dbsync.bench.section.StatusSection;
import dev.dbsync.bench.section.TenantsSection;
import dev.dbsync.bench.section.TimelineSection;
import dev.dbsync.bench.section.WritersSection;
import dev.dbsync.harness.Service;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * Runs the sections, prints their figures as one table and writes them into docs/performance.md.
 *
 * <ul>
 *   <li>{@code --quick}: smaller numbers and fewer rounds, for trying something; the documentation stays as it is
 *   <li>{@code --only NAME,…}: these sections
 * </ul>
 */
public final class Bench {

    private static final List<Section> SECTIONS = List.of(
            new CopySection("copy", 100_000),
            new CopySection("copy-million", 1_000_000),
            new LatencySection(),
            new TimelineSection(),
            new TenantsSection(),
            new ColdTenantsSection(),
            new SequencerSection(),
            new WritersSection(),
            new IdleSection(),
            new StatusSection(),
            new MemorySection(),
            new ScaleOutSection(),
            new LogicalReplicationSection(),
            new DebeziumSection(),
            new PlainJavaSection());

    /** Too long for a quick run. */
    private static final Set<String> NOT_QUICK = Set.of("copy-million");

    private Bench() {}

    public static void main(String... arguments) throws Exception {
        boolean quick = Arrays.asList(arguments).contains("--quick");
        List<Section> chosen = chosen(List.of(arguments), quick);
        var reports = new ArrayList<Report>();
        var pages = new LinkedHashMap<String, String>();
        for (Section section : chosen) {
            System.out.println(section.name() + ": " + section.title());
            double loadBefore = Machine.load();
            var report = new Report(section);
            // Servers of its own for each: no section measures what another left in the caches and the log.
            try (Lab lab = Lab.open(quick)) {
                section.run(lab, report);
                pages.put(section.name(), report.markdown(moment(lab, loadBefore)));
            }
            reports.add(report);
        }
        System.out.println();
        reports.forEach(report -> System.out.println(report.text()));
        if (!quick) {
            Path page = Service.root().resolve("docs/performance.md");
            new PerformancePage(page)
                    .replace(pages, SECTIONS.stream().map(Section::name).toList());
            System.out.println("Written to " + page);
        }
    }

    private static List<Section> chosen(List<String> arguments, boolean quick) {
        int only = arguments.indexOf("--only");
        if (only < 0) {
            return SECTIONS.stream()
                    .filter(section -> !quick || !NOT_QUICK.contains(section.name()))
                    .toList();
        }
        List<String> names = List.of(arguments.get(only + 1).split(","));
        List<Section> found = SECTIONS.stream()
                .filter(section -> names.contains(section.name()))
                .toList();
        if (found.size() != names.size()) {
            throw new IllegalArgumentException(
                    "--only takes of " + SECTIONS.stream().map(Section::name).toList());
        }
        return found;
    }

    private static String moment(Lab lab, double loadBefore) {
        return "PostgreSQL %s; %s, load of the machine before it %.1f."
                .formatted(lab.serverVersion(), Instant.now().truncatedTo(ChronoUnit.MINUTES), loadBefore);
    }
}
