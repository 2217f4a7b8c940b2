package io.quorate.etcdctl.output;

import io.quorate.cli.command.Output;
import io.quorate.gotext.GoQuote;
import io.quorate.gotext.RawText;

/** The mode {@code fields}: lines {@code "Name" : value}. */
public final class FieldsText {
  private final Output out;
  private final boolean hex;

  FieldsText(Output out, boolean hex) {
    this.out = out;
    this.hex = hex;
  }

  /** A number, or anything else that stands without quotes. */
  public FieldsText raw(String name, String value) {
    out.print("\"").print(name).print("\" : ").line(value);
    return this;
  }

  public FieldsText number(String name, long value) {
    return raw(name, Long.toString(value));
  }

  public FieldsText unsigned(String name, long value) {
    return raw(name, Long.toUnsignedString(value));
  }

  public FieldsText flag(String name, boolean value) {
    return raw(name, value ? "true" : "false");
  }

  /** An unsigned id, which {@code --hex} turns into {@code %x}. */
  public FieldsText id(String name, long value) {
    return hex ? raw(name, Long.toHexString(value)) : unsigned(name, value);
  }

  /** A lease, which {@code --hex} turns into {@code %016x}. */
  public FieldsText lease(String name, long value) {
    return hex ? raw(name, Hex.signed(value)) : number(name, value);
  }

  /** Text or bytes in Go's quotes. */
  public FieldsText quoted(String name, String value) {
    return raw(name, GoQuote.quote(value));
  }

  public FieldsText quoted(String name, byte[] value) {
    return quoted(name, RawText.of(value));
  }

  /** Each in Go's quotes, behind a blank. */
  public FieldsText quotedWords(String name, Iterable<String> words) {
    out.print("\"").print(name).print("\" :");
    for (String word : words) {
      out.print(" ").print(GoQuote.quote(word));
    }
    out.newLine();
    return this;
  }

  public FieldsText emptyLine() {
    out.newLine();
    return this;
  }
}
