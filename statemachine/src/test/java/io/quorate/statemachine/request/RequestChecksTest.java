package io.quorate.statemachine.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is refused before it is proposed (spec/api.md 7.3–7.6). Transactions are written
 *
 * <pre>put a, del b c, get d, [ put x / put y ]   where [ then / else ] is a nested one</pre>
 */
final class RequestChecksTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "ok",
      textBlock =
          """
          # ops                                  | refused as
          put a, put b                           | ok
          put a, put a                           | DUPLICATE_KEY
          put a, del a                           | DUPLICATE_KEY
          del a, put a                           | DUPLICATE_KEY
          del a c, put b                         | DUPLICATE_KEY
          del a c, put c                         | ok
          del a c, del b d                       | ok
          del a, del a                           | ok
          get a, put a                           | ok
          # "everything from a on" never matches a put (observed)
          del a 00, put b                        | ok
          # a key in both branches of one nested transaction is put once
          [ put a / put a ]                      | ok
          [ put a / put a ], put a               | DUPLICATE_KEY
          put a, [ put b / put a ]               | DUPLICATE_KEY
          [ put a / ], [ put b / ]               | ok
          [ put a / ], [ / put a ]               | DUPLICATE_KEY
          # deletes of this level are known before nested ones are looked at
          [ put a / ], del a                     | DUPLICATE_KEY
          [ del a / ], [ put a / ]               | DUPLICATE_KEY
          # …but the deletes of a later nested one are not
          [ put a / ], [ del a / ]               | ok
          [ del a / ], put a                     | DUPLICATE_KEY
          [ [ put a / put a ] / put a ]          | ok
          [ [ put a / ], put a / ]               | DUPLICATE_KEY
          put ''                                 | KEY_NOT_PROVIDED
          get ''                                 | KEY_NOT_PROVIDED
          del ''                                 | KEY_NOT_PROVIDED
          put a, nothing                         | KEY_NOT_FOUND
          [ nothing / ]                          | KEY_NOT_FOUND
          """)
  void transactions(String ops, RequestError refusal) {
    Txn then = new Txn(List.of(), new Grammar(ops).ops(), List.of());
    assertThat(RequestChecks.check(then, 128)).isEqualTo(Optional.ofNullable(refusal));
    Txn otherwise = new Txn(List.of(), List.of(), new Grammar(ops).ops());
    assertThat(RequestChecks.check(otherwise, 128)).isEqualTo(Optional.ofNullable(refusal));
  }

  @ParameterizedTest
  @CsvSource({
    // compares, then, else, nested in then: allowed in all?
    "128, 128, 128, 0, 128, ok",
    "129, 0, 0, 0, 128, TOO_MANY_OPERATIONS",
    "0, 129, 0, 0, 128, TOO_MANY_OPERATIONS",
    "0, 0, 129, 0, 128, TOO_MANY_OPERATIONS",
    // a nested transaction has what its parent left
    "0, 1, 0, 127, 128, ok",
    "0, 1, 0, 128, 128, TOO_MANY_OPERATIONS",
    "5, 1, 0, 123, 128, ok",
    "5, 1, 0, 124, 128, TOO_MANY_OPERATIONS"
  })
  void theNumberOfOperations(
      int compares, int then, int otherwise, int nested, int max, String refusal) {
    List<Op> success = puts(then, "s");
    if (nested > 0) {
      success.set(0, new Txn(List.of(), puts(nested, "n"), List.of()));
    }
    List<Compare> ifs = new ArrayList<>();
    for (int i = 0; i < compares; i++) {
      ifs.add(new Compare(0, 0, new byte[] {1}, new byte[0], 0, new byte[0]));
    }
    Txn txn = new Txn(ifs, success, puts(otherwise, "f"));
    assertThat(RequestChecks.check(txn, max).map(Enum::name).orElse("ok")).isEqualTo(refusal);
  }

  private static List<Op> puts(int count, String prefix) {
    List<Op> ops = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ops.add(Put.of(key(prefix + i), new byte[0], 0));
    }
    return ops;
  }

  @Test
  void aCompareNeedsAKey() {
    Compare without = new Compare(0, 0, new byte[0], new byte[0], 0, new byte[0]);
    assertThat(RequestChecks.check(new Txn(List.of(without), List.of(), List.of()), 128))
        .contains(RequestError.KEY_NOT_PROVIDED);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "ok",
      value = {
        "a, v, 0, false, false, ok",
        "'', v, 0, false, false, KEY_NOT_PROVIDED",
        "a, '', 0, true, false, ok",
        "a, v, 0, true, false, VALUE_PROVIDED",
        "a, v, 0, false, true, ok",
        "a, v, 5, false, true, LEASE_PROVIDED",
        "a, v, 5, true, true, VALUE_PROVIDED"
      })
  void puts(
      String key,
      String value,
      long lease,
      boolean ignoreValue,
      boolean ignoreLease,
      RequestError refusal) {
    Put put = new Put(key(key), key(value), lease, false, ignoreValue, ignoreLease);
    assertThat(RequestChecks.check(put)).isEqualTo(Optional.ofNullable(refusal));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "ok",
      value = {
        "0, 0, ok",
        "2, 4, ok",
        "3, 0, INVALID_SORT_OPTION",
        "-1, 0, INVALID_SORT_OPTION",
        "0, 5, INVALID_SORT_OPTION",
        "0, -1, INVALID_SORT_OPTION"
      })
  void sortOptions(int order, int target, RequestError refusal) {
    Range range =
        new Range(key("a"), key(""), 0, 0, order, target, false, false, false, 0, 0, 0, 0);
    assertThat(RequestChecks.check(range)).isEqualTo(Optional.ofNullable(refusal));
  }

  @Test
  void onlyTransactionsOfPlainRangesRead() {
    assertThat(new Txn(List.of(), List.of(), List.of()).readOnly()).isTrue();
    assertThat(new Txn(List.of(), List.of(), List.of()).serializable()).isTrue();
    assertThat(new Txn(List.of(), new Grammar("get a, get b").ops(), List.of()).readOnly())
        .isTrue();
    assertThat(new Txn(List.of(), new Grammar("get a").ops(), List.of()).serializable()).isFalse();
    assertThat(new Txn(List.of(), List.of(), new Grammar("get a, put b").ops()).readOnly())
        .isFalse();
    assertThat(new Txn(List.of(), new Grammar("[ get a / ]").ops(), List.of()).readOnly())
        .isFalse();
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final class Grammar {
    private final String[] words;
    private int next;

    Grammar(String text) {
      words = text.replace(",", " ").trim().split("\\s+");
    }

    List<Op> ops() {
      List<Op> ops = new ArrayList<>();
      while (next < words.length) {
        switch (words[next++]) {
          case "put" -> ops.add(Put.of(word(), new byte[0], 0));
          case "get" -> ops.add(Range.of(word(), new byte[0]));
          case "del" -> ops.add(new DeleteRange(word(), end(), false));
          case "nothing" -> ops.add(new Op.None());
          case "[" -> {
            List<Op> then = ops();
            List<Op> otherwise = ops();
            ops.add(new Txn(List.of(), then, otherwise));
          }
          default -> {
            return ops; // "/" or "]"
          }
        }
      }
      return ops;
    }

    private byte[] word() {
      String word = words[next++];
      return key(word.equals("''") ? "" : word);
    }

    private byte[] end() {
      if (next == words.length || !words[next].matches("[a-z]|00")) {
        return new byte[0];
      }
      String word = words[next++];
      return word.equals("00") ? new byte[1] : key(word);
    }
  }
}
