package io.quorate.bench;

import io.quorate.embed.failpoint.NamedFailpoints;
import io.quorate.embed.failpoint.ProcessEffects;
import io.quorate.io.Failpoints;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a failpoint costs where it stands: as in a member without {@code GOFAIL_*} variables, and in
 * one that has them but leaves the point off. {@code nothing} is the same method without it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FailpointBenchmark {
  /** Whether the environment asked for failpoints. */
  @Param({"absent", "off"})
  public String control = "absent";

  private Failpoints.Point before = Failpoints.Point.INACTIVE;
  private Failpoints.Point after = Failpoints.Point.INACTIVE;
  private long work;

  @Setup
  public void ask() {
    Failpoints failpoints =
        control.equals("off")
            ? new NamedFailpoints(new ProcessEffects(System.out, System.err))
            : Failpoints.NONE;
    before = failpoints.point("before");
    after = failpoints.point("after");
  }

  @Benchmark
  public long nothing() {
    return ++work;
  }

  @Benchmark
  public long aroundWork() {
    before.fire();
    long done = ++work;
    after.fire();
    return done;
  }
}
