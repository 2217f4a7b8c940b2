package io.quorate.embed.flag;

import io.quorate.cli.FlagValue;

/** {@code --feature-gates}; of several, each adds to those before. */
final class FeatureGatesValue implements FlagValue {
  private FeatureGates gates = FeatureGates.NONE;

  FeatureGates gates() {
    return gates;
  }

  @Override
  public void set(String text) {
    gates = gates.with(text);
  }

  @Override
  public String text() {
    return gates.toString();
  }
}
