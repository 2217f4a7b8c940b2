package io.quorate.embed.flag;

import io.quorate.cli.FlagValue;
import io.quorate.gotext.UrlList;
import java.util.List;

/** URLs between commas. An empty text is accepted and keeps the default. */
final class UrlsValue implements FlagValue {
  private List<String> value;

  UrlsValue(String initial) {
    value = initial.isEmpty() ? List.of() : UrlList.parse(initial);
  }

  List<String> value() {
    return value;
  }

  @Override
  public void set(String text) {
    if (text.isEmpty()) {
      return;
    }
    try {
      value = UrlList.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Refused(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String text() {
    return String.join(",", value);
  }
}
