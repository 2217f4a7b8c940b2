package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Users, roles and rights (spec/server.md 5): the behaviours of original/checker/authcheck*.go, and
 * that a data directory stays as protected as it is, whoever serves it.
 */
class AuthTest {
  /** Passwords cost what they must, and no more, in tests. */
  private static final String CHEAP = "--bcrypt-cost=4";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @TestFactory
  Stream<DynamicNode> behaviours() {
    return Stream.of(Kind.values())
        .map(kind -> DynamicContainer.dynamicContainer(kind.toString(), behaviours(kind)));
  }

  private Stream<DynamicTest> behaviours(Kind kind) {
    try (Member member = Member.in(scratch.resolve(kind.toString())).flags(CHEAP).start(kind)) {
      return Verdicts.of(member.checker("authcheck"), 30);
    }
  }

  static Stream<Arguments> ways() {
    return Stream.of(Kind.values())
        .flatMap(first -> Stream.of(Kind.values()).map(second -> Arguments.of(first, second)));
  }

  /** Stopped and killed, continued by the same or by the other, which changes users too. */
  @ParameterizedTest
  @MethodSource("ways")
  void aDirectoryStaysAsProtectedAsItWasLeft(Kind first, Kind second) {
    try (Member member = Member.in(scratch).flags(CHEAP, "--snapshot-count=20")) {
      member.start(first);
      set(member, List.of("put", "k/1", "one"), List.of("put", "other", "two"));
      for (String name : List.of("root", "alice", "bob")) {
        set(member, List.of("user", "add", name + ":" + name + "-pw"));
      }
      set(
          member,
          List.of("user", "grant-role", "root", "root"),
          List.of("role", "add", "reader"),
          List.of("role", "grant-permission", "reader", "read", "k/", "k0"),
          List.of("user", "grant-role", "alice", "reader"),
          List.of("auth", "enable"));
      Map<String, String> before = everybody(member);
      assertThat(before.get("alice")).contains("\"read 6b2f:6b30\": \"1 keys");
      assertThat(before.get("bob")).contains("\"read 6b2f:6b30\": \"PermissionDenied");
      assertThat(before.get("")).contains("\"read 6b2f:6b30\": \"InvalidArgument");
      member.kill();

      member.start(second);
      assertThat(everybody(member)).isEqualTo(before);
      asRoot(
          member,
          List.of("role", "add", "writer"),
          List.of("role", "grant-permission", "writer", "readwrite", "multi/", "--from-key"),
          List.of("user", "grant-role", "bob", "writer"),
          List.of("user", "revoke-role", "alice", "reader"),
          List.of("user", "delete", "alice"),
          List.of("user", "add", "alice:alice-pw"));
      Map<String, String> changed = everybody(member);
      assertThat(changed).isNotEqualTo(before);
      member.stop();

      member.start(first);
      assertThat(everybody(member)).isEqualTo(changed);
      asRoot(member, List.of("auth", "disable"));
      member.stop();
      member.start(second);
      assertThat(everybody(member).get("")).contains("\"read 6b2f:6b30\": \"1 keys");
    }
  }

  /** Made by the original, with users; whoever starts on it gives each of them the same answers. */
  @ParameterizedTest
  @ValueSource(strings = {"single-3.4", "single-3.5", "single-3.6"})
  void storedDirectories(String fixture) throws IOException {
    Path folder = Programs.fixtures().resolve(fixture);
    JsonNode expected = new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
    JsonNode users = expected.get("auth").get("users");
    Map<String, String> passwords = new LinkedHashMap<>();
    passwords.put("", "");
    users
        .properties()
        .forEach(user -> passwords.put(user.getKey(), user.getValue().get("password").asText("")));
    List<Map<String, String>> found = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      String name = expected.get("name").asText();
      try (Member member = Member.in(scratch.resolve(fixture + "-" + kind), name)) {
        HandoverTest.unpack(folder.resolve("data.tar.gz"), member);
        member.start(kind);
        found.add(answers(member, passwords));
      }
    }
    assertThat(found.getLast()).isEqualTo(found.getFirst());
    String root = found.getFirst().get("root");
    // etcd 3.4 could not be asked for it.
    JsonNode authRevision = expected.get("auth").path("auth_revision");
    if (!authRevision.isMissingNode()) {
      assertThat(root).contains("true at " + authRevision.asText() + ", revision 300");
    }
    users
        .properties()
        .forEach(user -> {
          List<String> roles = new ArrayList<>();
          user.getValue().get("roles").forEach(role -> roles.add(role.asText()));
          assertThat(root)
              .contains("\"user " + user.getKey() + "\": \"OK[" + String.join(" ", roles) + "]\"");
        });
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void withoutTokensNobodyLogsIn(Kind kind) {
    try (Member member = Member.in(scratch).flags(CHEAP, "--auth-token=")) {
      member.start(kind);
      set(
          member,
          List.of("user", "add", "root:root-pw"),
          List.of("user", "grant-role", "root", "root"),
          List.of("auth", "enable"));
      assertThat(answers(member, Map.of("root", "root-pw")).get("root"))
          .contains(
              "\"login\": \"InvalidArgument: etcdserver: authentication failed, invalid user ID or"
                  + " password\"");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anUnknownKindOfTokenEndsTheStart(Kind kind) {
    for (String option : List.of("other", "simple,x", "simple,x=1,x=2")) {
      Member member = Member.in(scratch.resolve(option)).flags("--auth-token=" + option);
      Run.Result refused = member.startRefused(kind);
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.output())
          .contains("\"msg\":\"discovery failed\",\"error\":\"auth: invalid auth options\"");
    }
  }

  /** What each user may see and do, by name; the empty name is nobody. */
  private static Map<String, String> everybody(Member member) {
    return answers(member, Map.of("", "", "root", "root-pw", "alice", "alice-pw", "bob", "bob-pw"));
  }

  private static Map<String, String> answers(Member member, Map<String, String> passwords) {
    Map<String, String> answers = new LinkedHashMap<>();
    passwords.forEach((user, password) ->
        answers.put(
            user, member.checker("authdump", "-user", user, "-password", password).succeeded()));
    return answers;
  }

  @SafeVarargs
  private static void set(Member member, List<String>... commands) {
    for (List<String> command : commands) {
      member.etcdctl(command.toArray(String[]::new)).succeeded();
    }
  }

  @SafeVarargs
  private static void asRoot(Member member, List<String>... commands) {
    for (List<String> command : commands) {
      List<String> all = new ArrayList<>(List.of("--user", "root:root-pw"));
      all.addAll(command);
      member.etcdctl(all.toArray(String[]::new)).succeeded();
    }
  }
}
