package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.edge.TestEdge;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * One set of calls, four independent clients: grpc-go, grpc-java, Python's grpcio and curl. Served
 * by grpc-go, which proves the set, and by our edge.
 */
class ConformanceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /** Makes all calls, in order. */
  private interface Client {
    List<ConformanceCall.End> call(String target, List<ConformanceCall> calls) throws Exception;
  }

  @TestFactory
  Stream<DynamicNode> servedByGrpcGo() throws Exception {
    Process server = new ProcessBuilder(Programs.original("checker").toString(), "echo").start();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      return withAllClients(lines.readLine());
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  @TestFactory
  Stream<DynamicNode> servedByOurEdge() throws Exception {
    try (TestEdge edge = TestEdge.start()) {
      return withAllClients("127.0.0.1:" + edge.port());
    }
  }

  private Stream<DynamicNode> withAllClients(String target) throws Exception {
    List<ConformanceCall> calls = ConformanceSet.calls();
    // curl has no calls that it cancels, and may miss a status that comes before its request has
    // ended.
    List<ConformanceCall> curls =
        calls.stream().filter(c -> c.cancelAfter == 0 && !c.endsAhead).toList();
    return Stream.of(
        verdicts("grpc-go", calls, this::grpcGo, target),
        verdicts("grpc-java", calls, GrpcJavaCalls::all, target),
        verdicts("grpcio", calls, this::grpcio, target),
        verdicts("curl", curls, (to, all) -> new CurlCalls(scratch).all(to, all), target));
  }

  private static DynamicNode verdicts(
      String name, List<ConformanceCall> calls, Client client, String target) throws Exception {
    List<ConformanceCall.End> ends = client.call(target, calls);
    assertThat(ends).hasSameSizeAs(calls);
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      ConformanceCall call = calls.get(i);
      ConformanceCall.End end = ends.get(i);
      tests.add(DynamicTest.dynamicTest(call.name, () -> check(call, end)));
    }
    return DynamicContainer.dynamicContainer(name, tests);
  }

  private static void check(ConformanceCall call, ConformanceCall.End end) {
    assertThat(end.code()).as("%s", end).isEqualTo(call.code);
    assertThat(matches(call.message, end.message())).as("%s", end.message()).isTrue();
    assertThat(end.trailers()).containsAllEntriesOf(call.trailers);
    assertThat(end.messages()).hasSameSizeAs(call.answers);
    for (int i = 0; i < call.answers.size(); i++) {
      assertThat(matches(call.answers.get(i), end.messages().get(i)))
          .as("message %d: %s", i, end.messages().get(i))
          .isTrue();
    }
  }

  private static boolean matches(Object expected, Object seen) {
    return expected instanceof Pattern pattern
        ? pattern.matcher(seen.toString()).find()
        : expected.equals(seen);
  }

  private List<ConformanceCall.End> grpcGo(String target, List<ConformanceCall> calls)
      throws IOException {
    return ends(
        Run.command(
            Programs.original("checker"),
            "conformance",
            "-target=" + target,
            "-cases=" + file(calls)));
  }

  private List<ConformanceCall.End> grpcio(String target, List<ConformanceCall> calls)
      throws IOException {
    return ends(
        Run.command(
            Programs.python(),
            Programs.ROOT.resolve("e2e/python/conformance.py").toString(),
            target,
            file(calls)));
  }

  private String file(List<ConformanceCall> calls) throws IOException {
    Path file = scratch.resolve("cases.json");
    JSON.writeValue(file.toFile(), calls.stream().map(ConformanceCall::asJson).toList());
    return file.toString();
  }

  private List<ConformanceCall.End> ends(Run program) throws IOException {
    Run.Result result = program.run();
    assertThat(result.exitCode()).as(result.error()).isZero();
    Files.writeString(scratch.resolve("ends.json"), result.output());
    return JSON.readValue(
        result.output().substring(result.output().indexOf('[')), new TypeReference<>() {});
  }
}
