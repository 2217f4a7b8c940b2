package io.quorate.embed.flag;

import io.quorate.cli.FlagValue;
import io.quorate.gotext.UrlList;
import java.util.List;

/** {@code --cors}: URLs between commas, or {@code *} alone for every origin. */
final class OriginsValue implements FlagValue {
  private static final String EVERY = "*";

  private List<String> value = List.of(EVERY);

  List<String> value() {
    return value;
  }

  @Override
  public void set(String text) {
    try {
      value = text.equals(EVERY) ? List.of(EVERY) : UrlList.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Refused(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String text() {
    return String.join(",", value);
  }
}
