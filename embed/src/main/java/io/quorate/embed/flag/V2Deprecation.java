package io.quorate.embed.flag;

import io.quorate.cli.FlagValue;
import io.quorate.gotext.GoQuote;
import java.util.Set;

/**
 * {@code --v2-deprecation}: of its four stages only {@code write-only-skip-check} has an effect.
 */
final class V2Deprecation implements FlagValue {
  private static final String SKIP_CHECK = "write-only-skip-check";
  private static final Set<String> STAGES =
      Set.of("write-only", SKIP_CHECK, "write-only-drop-data", "gone");

  private boolean skipsCheck;

  boolean skipsCheck() {
    return skipsCheck;
  }

  @Override
  public void set(String text) {
    for (String stage : text.split(",", -1)) {
      if (!STAGES.contains(stage)) {
        throw new Refused("invalid value " + GoQuote.quote(stage));
      }
      skipsCheck |= stage.equals(SKIP_CHECK);
    }
  }

  @Override
  public String text() {
    return skipsCheck ? SKIP_CHECK : "write-only";
  }
}
