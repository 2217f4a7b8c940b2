package io.quorate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class QueryTest {
  @Test
  void valuesOfOneNameStayInOrder() {
    Query query = Query.parse("exclude=NOSPACE&x=1&exclude=CORRUPT");
    assertThat(query.all("exclude")).isEqualTo(List.of("NOSPACE", "CORRUPT"));
    assertThat(query.first("exclude")).isEqualTo("NOSPACE");
  }

  @Test
  void aNameWithoutAValueIsThere() {
    assertThat(Query.parse("verbose").has("verbose")).isTrue();
    assertThat(Query.parse("verbose").first("verbose")).isEmpty();
    assertThat(Query.parse("").has("verbose")).isFalse();
  }

  @Test
  void namesAndValuesAreDecoded() {
    assertThat(Query.parse("a%62=c+d%20e").first("ab")).isEqualTo("c d e");
  }

  @Test
  void whatIsNotWellFormedIsLeftOut() {
    Query query = Query.parse("a=%zz&b;c=1&d=2");
    assertThat(query.values().keySet()).containsExactly("d");
  }
}
