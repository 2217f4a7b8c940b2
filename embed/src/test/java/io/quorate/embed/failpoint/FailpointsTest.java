package io.quorate.embed.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.edge.ListenAddress;
import io.quorate.io.Failpoints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of gofail 0.2.0 (spec/failpoints.md); answers are those of gofail itself. */
class FailpointsTest {
  private final List<String> effects = new ArrayList<>();
  private final NamedFailpoints failpoints =
      new NamedFailpoints(
          new Effects() {
            @Override
            public void sleep(Duration duration) {
              effects.add("sleep " + duration.toMillis());
            }

            @Override
            public void print(String line) {
              effects.add(line);
            }

            @Override
            public void halt(String reason) {
              effects.add("halt: " + reason);
            }
          });
  private final Failpoints.Point one = failpoints.point("one");

  private String fired() {
    effects.clear();
    return one.fire().map("return "::concat).orElseGet(() -> String.join(", ", effects));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "off | ''",
        "break() | ''",
        "panic | halt: failpoint panic: one",
        "panic(\"bye\") | halt: failpoint panic: bye",
        "sleep(10) | sleep 10",
        "sleep(\"1.5s\") | sleep 1500",
        "sleep | ''",
        "sleep(-5) | ''",
        "sleep(\"xx\") | ''",
        "sleep(true) | ''",
        "print | failpoint print: one",
        "print(\"a b\") | failpoint print: one",
        "return(\"a;b->c\") | return a;b->c",
        "return(`a`) | return a",
        "return(5) | ''",
        "return | ''",
        "100.0%return(\"x\") | return x",
        "0.0%return(\"x\")->return(\"y\") | return y",
        "150.%return(\"x\") | return x",
        "0*return(\"p\")->return(\"q\") | return q",
        "2*50.0%off->return(\"x\")-> | return x"
      })
  void aTermDoes(String terms, String effect) {
    failpoints.enable("one", terms);
    if (!terms.startsWith("2*50")) {
      assertThat(fired()).isEqualTo(effect);
    }
    assertThat(failpoints.terms("one")).isEqualTo(terms);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "boo",
        " off ",
        "5%off",
        ".5%off",
        "*off",
        "-1*off",
        "Return(\"a\")",
        "return (5)",
        "return(1.5)",
        "return(0x10)",
        "return(\"a\\nb\")",
        "return(\"a\") -> off",
        "return('a')",
        "sleep(100ms)",
        "return(99999999999999999999)"
      })
  void noTerm(String terms) {
    assertThatThrownBy(() -> failpoints.enable("one", terms))
        .hasMessage("failpoint: could not parse terms");
  }

  @Test
  void aChainGoesOnWhenATermIsUsedUp() {
    failpoints.enable("one", "1*sleep(10)->2*return(\"x\")->print");
    assertThat(List.of(fired(), fired(), fired(), fired(), fired()))
        .containsExactly(
            "sleep 10", "return x", "return x", "failpoint print: one", "failpoint print: one");
    assertThat(failpoints.fired("one")).isEqualTo(5);
    failpoints.enable("one", "off");
    assertThat(failpoints.fired("one")).as("counted anew").isZero();
  }

  @Test
  void aChanceIsTakenAboutAsOften() {
    failpoints.enable("one", "25.0%return(\"x\")");
    for (int i = 0; i < 10_000; i++) {
      one.fire();
    }
    assertThat(failpoints.fired("one")).isBetween(2_000L, 3_000L);
  }

  @Test
  void termsMayComeBeforeTheirPoint() {
    failpoints.await("two", "return(\"x\")");
    assertThat(failpoints.all()).containsExactly(Map.entry("one", ""));
    assertThat(failpoints.point("two").fire()).contains("x");
    assertThat(failpoints.point("two")).isSameAs(failpoints.point("two"));
  }

  @Test
  void theEnvironmentSetsTerms() {
    var err = new ByteArrayOutputStream();
    NamedFailpoints found =
        FailpointControl.fromEnvironment(
                Map.of("GOFAIL_FAILPOINTS", "one=return(\"a\");two=boo"),
                System.out,
                new PrintStream(err, true, StandardCharsets.UTF_8))
            .orElseThrow();
    assertThat(found.point("one").fire()).contains("a");
    assertThat(found.point("two").fire()).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("failed to enable \"two=boo\" (failpoint: could not parse terms)\n");
    assertThat(FailpointControl.fromEnvironment(Map.of(), System.out, System.err)).isEmpty();
    assertThatThrownBy(() ->
            FailpointControl.fromEnvironment(
                Map.of("GOFAIL_FAILPOINTS", "one"), System.out, System.err))
        .hasMessage("fail to parse failpoint: bad failpoint \"one\"");
  }

  @Test
  void theEndpointAnswersAsGofailDoes() throws IOException, InterruptedException {
    failpoints.point("two");
    try (var control = new FailpointControl(failpoints, ListenAddress.tcp("127.0.0.1", 0));
        HttpClient client = HttpClient.newHttpClient()) {
      int port = ((InetSocketAddress) control.localAddress()).getPort();
      String[][] talk = {
        {"PUT one", "1*sleep(10)->print(\"hi\")", "204 "},
        {"GET ", "", "200 one=1*sleep(10)->print(\"hi\")\ntwo=\n"},
        {"GET one", "", "200 1*sleep(10)->print(\"hi\")\n"},
        {"GET two", "", "404 failed to GET: failpoint: failpoint is disabled\n"},
        {"GET no", "", "404 failed to GET: failpoint: failpoint does not exist\n"},
        {"GET one/count", "", "200 0"},
        {"GET two/count", "", "500 failed to GET: failpoint: failpoint is disabled\n"},
        {"GET no/count", "", "404 failed to GET: failpoint: failpoint does not exist\n"},
        {"PUT two", "boo", "400 fail to set failpoint: failpoint: could not parse terms\n"},
        {"PUT no", "off", "400 fail to set failpoint: failpoint: failpoint does not exist\n"},
        {"PUT failpoints", "one=off;two=off", "204 "},
        {"PUT failpoints", "one", "400 fail to parse failpoint: bad failpoint \"one\"\n"},
        {"GET ", "", "200 one=off\ntwo=off\n"},
        {"DELETE one", "", "204 "},
        {"DELETE one", "", "400 failed to delete failpoint failpoint: failpoint is disabled\n"},
        {"DELETE no", "", "400 failed to delete failpoint failpoint: failpoint does not exist\n"},
        {"POST one", "", "405 Method not allowed\n"},
      };
      for (String[] exchange : talk) {
        String[] request = exchange[0].split(" ", 2);
        HttpResponse<String> response =
            client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + request[1]))
                    .method(request[0], HttpRequest.BodyPublishers.ofString(exchange[1]))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode() + " " + response.body())
            .as(exchange[0] + " " + exchange[1])
            .isEqualTo(exchange[2]);
      }
    }
  }
}
