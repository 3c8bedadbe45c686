package dev.dbsync.bench.section;

import dev.dbsync.bench.Lab;
import dev.dbsync.bench.Report;
import dev.dbsync.bench.Samples;
import dev.dbsync.bench.Section;
import dev.dbsync.bench.plain.MappingsBenchmark;
import dev.dbsync.bench.plain.SignatureBenchmark;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** JMH over what is plain Java, in a virtual machine of its own. */
public final class PlainJavaSection implements Section {

    private static final TimeValue ITERATION = TimeValue.seconds(1);

    @Override
    public String name() {
        return "plain-java";
    }

    @Override
    public String title() {
        return "What is plain Java, measured with JMH, microseconds per operation";
    }

    @Override
    public void run(Lab lab, Report report) throws Exception {
        var options = new OptionsBuilder()
                .include(SignatureBenchmark.class.getName())
                .include(MappingsBenchmark.class.getName())
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.MICROSECONDS)
                .warmupTime(ITERATION)
                .warmupIterations(lab.scaled(5, 2))
                .measurementTime(ITERATION)
                .measurementIterations(lab.scaled(7, 2))
                .forks(1)
                .verbosity(VerboseMode.SILENT)
                .build();
        for (RunResult result : new Runner(options).run()) {
            var micros = new Samples();
            for (IterationResult iteration : result.getAggregatedResult().getIterationResults()) {
                micros.add(iteration.getPrimaryResult().getScore());
            }
            String method = result.getParams().getBenchmark();
            int behindPackage = method.lastIndexOf('.', method.lastIndexOf('.') - 1) + 1;
            report.line(method.substring(behindPackage), micros, "µs", "", "");
        }
    }
}
