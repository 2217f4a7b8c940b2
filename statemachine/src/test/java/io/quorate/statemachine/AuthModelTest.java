package io.quorate.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random requests of random callers against a model that knows nothing of caches and intervals: it
 * asks every permission of every role about every key there is. Restarts in between must not show.
 */
final class AuthModelTest {
  private static final int ROUNDS = Boolean.getBoolean("long") ? 300 : 12;
  private static final int STEPS = 150;
  private static final List<String> USERS = List.of("root", "u1", "u2", "u3");
  private static final List<String> ROLES = List.of("root", "r1", "r2", "r3");

  /** All keys that the random ranges can mean. */
  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e");

  /** spec/server.md 5.2 and 5.4, slowly. */
  private static final class Model {
    private boolean enabled;
    private long revision = 1;
    private final Map<String, TreeSet<String>> users = new TreeMap<>();
    private final Map<String, List<String[]>> roles = new TreeMap<>();

    /** What {@code command} by {@code caller}, identified at {@code at}, is answered. */
    String run(String caller, long at, String command) {
      String[] words = command.split(" ");
      switch (words[0]) {
        case "get", "del" -> {
          String right = words[0].equals("get") ? "read" : "write";
          return key(caller, at, right, words[1], words.length > 2 ? words[2] : "");
        }
        case "put" -> {
          return key(caller, at, "write", words[1], "");
        }
        default -> {}
      }
      String who = words.length > 2 ? words[2] : "";
      String refusal = admin(caller);
      boolean own =
          command.startsWith("user get") && who.equals(caller)
              || command.startsWith("role get")
                  && users.containsKey(caller)
                  && users.get(caller).contains(who);
      if (!refusal.isEmpty() && !own) {
        return "refused: " + (words[1].equals("get") ? "" : "NotAdmin ") + refusal;
      }
      return change(words, who);
    }

    private String change(String[] words, String who) {
      return switch (words[0] + " " + words[1]) {
        case "auth status" -> (enabled ? "enabled" : "disabled") + " at " + revision;
        case "auth enable" -> {
          if (!enabled && !users.containsKey("root")) {
            yield "refused: ROOT_USER_MISSING";
          }
          if (!enabled && !users.get("root").contains("root")) {
            yield "refused: ROOT_ROLE_MISSING";
          }
          enabled = true;
          yield "done";
        }
        case "auth disable" -> {
          revision += enabled ? 1 : 0;
          enabled = false;
          yield "done";
        }
        case "user list" -> users.keySet().toString();
        case "role list" -> roles.keySet().toString();
        case "user add" ->
            users.putIfAbsent(who, new TreeSet<>()) == null ? done() : "refused: USER_EXISTS";
        case "role add" ->
            roles.putIfAbsent(who, new ArrayList<>()) == null ? done() : "refused: ROLE_EXISTS";
        case "user get" ->
            users.containsKey(who) ? users.get(who).toString() : "refused: USER_NOT_FOUND";
        case "role get" -> roleGet(who);
        case "user delete" ->
            enabled && who.equals("root")
                ? "refused: INVALID_MANAGEMENT"
                : users.remove(who) != null ? done() : "refused: USER_NOT_FOUND";
        case "role delete" -> {
          if (enabled && who.equals("root")) {
            yield "refused: INVALID_MANAGEMENT";
          }
          if (roles.remove(who) == null) {
            yield "refused: ROLE_NOT_FOUND";
          }
          users.values().forEach(of -> of.remove(who));
          yield done();
        }
        case "user grant" -> {
          String role = words[3];
          if (!users.containsKey(who)) {
            yield "refused: USER_NOT_FOUND";
          }
          if (!role.equals("root") && !roles.containsKey(role)) {
            yield "refused: ROLE_NOT_FOUND";
          }
          yield users.get(who).add(role) ? done() : "done";
        }
        case "user revoke" -> {
          if (enabled && who.equals("root") && words[3].equals("root")) {
            yield "refused: INVALID_MANAGEMENT";
          }
          if (!users.containsKey(who)) {
            yield "refused: USER_NOT_FOUND";
          }
          yield users.get(who).remove(words[3]) ? done() : "refused: ROLE_NOT_GRANTED";
        }
        case "role permit" -> permit(who, words);
        case "role forbid" -> {
          String end = words.length > 4 ? words[4] : "";
          if (!roles.containsKey(who)) {
            yield "refused: ROLE_NOT_FOUND";
          }
          yield roles.get(who).removeIf(p -> p[1].equals(words[3]) && p[2].equals(end))
              ? done()
              : "refused: PERMISSION_NOT_GRANTED";
        }
        default -> throw new AssertionError(String.join(" ", words));
      };
    }

    private String roleGet(String who) {
      if (!roles.containsKey(who)) {
        return "refused: ROLE_NOT_FOUND";
      }
      return who.equals("root")
          ? "[readwrite ..]"
          : roles.get(who).stream()
              .map(p ->
                  p[0]
                      + " "
                      + p[1]
                      + (p[2].isEmpty() ? "" : p[2].equals("00") ? ".." : ".." + p[2]))
              .collect(Collectors.joining(", ", "[", "]"));
    }

    private String permit(String who, String[] words) {
      String end = words.length > 5 ? words[5] : "";
      if (!end.isEmpty() && !end.equals("00") && end.compareTo(words[4]) <= 0) {
        return "refused: INVALID_MANAGEMENT";
      }
      List<String[]> of = roles.get(who);
      if (of == null) {
        return "refused: ROLE_NOT_FOUND";
      }
      int at = 0;
      while (at < of.size() && of.get(at)[1].compareTo(words[4]) < 0) {
        at++;
      }
      if (at < of.size() && of.get(at)[1].equals(words[4]) && of.get(at)[2].equals(end)) {
        of.get(at)[0] = words[3];
      } else {
        while (at < of.size() && of.get(at)[1].equals(words[4])) {
          at++;
        }
        of.add(at, new String[] {words[3], words[4], end});
      }
      return done();
    }

    private String done() {
      revision++;
      return "done";
    }

    private String admin(String caller) {
      if (!enabled) {
        return "";
      }
      if (caller.isEmpty()) {
        return "USER_EMPTY";
      }
      if (!users.containsKey(caller)) {
        return "USER_NOT_FOUND";
      }
      return users.get(caller).contains("root") ? "" : "PERMISSION_DENIED";
    }

    private String key(String caller, long at, String right, String key, String end) {
      if (!enabled) {
        return "ok";
      }
      if (at == 0) {
        return "refused: USER_EMPTY";
      }
      if (at < revision) {
        return "refused: OLD_REVISION";
      }
      if (!users.containsKey(caller)) {
        return "refused: PERMISSION_DENIED";
      }
      boolean all = users.get(caller).contains("root");
      // No bound above means more keys than there are here: only no bound covers it.
      boolean allowed = end.equals("00") ? covers(caller, right, "zz") : true;
      for (String each : KEYS) {
        if (has(key, end, each)) {
          allowed &=
              covers(caller, right, each) && (end.isEmpty() || covers(caller, right, each + "x"));
        }
      }
      return all || allowed ? "ok" : "refused: PERMISSION_DENIED";
    }

    private boolean covers(String caller, String right, String key) {
      return users.get(caller).stream()
          .flatMap(role -> roles.getOrDefault(role, List.of()).stream())
          .anyMatch(p -> (p[0].equals("readwrite") || p[0].equals(right)) && has(p[1], p[2], key));
    }

    private static boolean has(String first, String end, String key) {
      return end.isEmpty()
          ? key.equals(first)
          : key.compareTo(first) >= 0 && (end.equals("00") || key.compareTo(end) < 0);
    }
  }

  @Test
  void everyAnswerIsTheModels() {
    long seed = System.nanoTime();
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(seed + round);
      Commands commands = new Commands(new Machine());
      Model model = new Model();
      for (int step = 0; step < STEPS; step++) {
        if (random.nextInt(25) == 0) {
          commands.run("restart");
        }
        String command = command(random);
        String caller =
            random.nextInt(3) == 0 ? "root" : random.nextInt(9) == 0 ? "" : pick(random, USERS);
        long at =
            caller.isEmpty() ? 0 : random.nextInt(8) == 0 ? model.revision - 1 : model.revision;
        String wanted = model.run(caller, at, command);
        String found =
            commands
                .run("as " + (caller.isEmpty() ? "nobody" : caller) + "@" + at + " " + command)
                .replaceAll("^rev \\d+ done$", "done")
                .replaceAll("^rev .*", "ok");
        assertThat(found)
            .as("seed %d round %d step %d: %s@%d %s", seed, round, step, caller, at, command)
            .isEqualTo(wanted);
      }
      commands.machine().close();
    }
  }

  private static String command(Random random) {
    return switch (random.nextInt(22)) {
      case 0, 1 -> "auth enable";
      case 2 -> random.nextInt(4) == 0 ? "auth disable" : "auth status";
      case 3, 4 -> "user add " + pick(random, USERS);
      case 5 -> "user delete " + pick(random, USERS);
      case 6 -> "user get " + pick(random, USERS);
      case 7, 8, 9 -> "user grant " + pick(random, USERS) + " " + pick(random, ROLES);
      case 10 -> "user revoke " + pick(random, USERS) + " " + pick(random, ROLES);
      case 11 -> random.nextBoolean() ? "user list" : "role list";
      case 12, 13 -> "role add " + pick(random, ROLES);
      case 14 ->
          random.nextInt(3) == 0
              ? "role delete " + pick(random, ROLES)
              : "role get " + pick(random, ROLES);
      case 15, 16, 17 ->
          "role permit "
              + pick(random, ROLES)
              + " "
              + pick(random, List.of("read", "write", "readwrite"))
              + " "
              + range(random);
      case 18 -> "role forbid " + pick(random, ROLES) + " " + range(random);
      case 19 -> "get " + properRange(random);
      case 20 -> "del " + properRange(random);
      default -> "put " + pick(random, KEYS) + " v";
    };
  }

  private static String range(Random random) {
    return pick(random, KEYS)
        + switch (random.nextInt(5)) {
          case 0, 1 -> "";
          case 2 -> " 00";
          default -> " " + pick(random, KEYS);
        };
  }

  private static String properRange(Random random) {
    while (true) {
      String range = range(random);
      String[] ends = range.split(" ");
      if (ends.length == 1 || ends[1].equals("00") || ends[0].compareTo(ends[1]) < 0) {
        return range;
      }
    }
  }

  private static String pick(Random random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
