package io.quorate.etcdctl.output;

import io.quorate.cli.command.Output;
import io.quorate.gotext.GoJson;
import java.util.Base64;
import java.util.List;

/**
 * The mode {@code json}, as Go's encoding/json writes structs (spec/ctl.md 3.2). A value whose
 * field is {@code omitempty} is left out when zero, false or empty; {@link #always} says that the
 * next one is not.
 */
public final class JsonText {
  private final Output out;
  private final boolean hex;
  private boolean comma;
  private boolean always;

  JsonText(Output out, boolean hex) {
    this.out = out;
    this.hex = hex;
  }

  /** Whether {@code --hex} was given, which few answers mind in this mode. */
  public boolean hex() {
    return hex;
  }

  public JsonText beginObject() {
    return open("", "{");
  }

  public JsonText beginObject(String name) {
    return open(name, "{");
  }

  public JsonText endObject() {
    return close("}");
  }

  public JsonText beginArray() {
    return open("", "[");
  }

  public JsonText beginArray(String name) {
    return open(name, "[");
  }

  public JsonText endArray() {
    return close("]");
  }

  /** The name of a field whose value is written next. */
  public JsonText name(String name) {
    begin(name);
    comma = false;
    return this;
  }

  /** The next field stands there whatever its value. */
  public JsonText always() {
    always = true;
    return this;
  }

  public JsonText number(String name, long value) {
    return field(name, value == 0, Long.toString(value));
  }

  public JsonText unsigned(String name, long value) {
    return field(name, value == 0, Long.toUnsignedString(value));
  }

  public JsonText flag(String name, boolean value) {
    return field(name, !value, value ? "true" : "false");
  }

  public JsonText text(String name, String value) {
    return field(name, value.isEmpty(), GoJson.quote(value));
  }

  /** Bytes in base64. */
  public JsonText bytes(String name, byte[] value) {
    return field(name, value.length == 0, base64(value));
  }

  /** A list of texts; {@code null} where it is empty and must stand there. */
  public JsonText texts(String name, List<String> values) {
    if (values.isEmpty()) {
      return field(name, true, "null");
    }
    beginArray(name);
    for (String value : values) {
      element(GoJson.quote(value));
    }
    return endArray();
  }

  /** Bytes in base64, as an element of an array. */
  public JsonText element(byte[] value) {
    return element(base64(value));
  }

  /** What is JSON already. */
  public JsonText element(String json) {
    begin("");
    out.print(json);
    comma = true;
    return this;
  }

  /** What is JSON already, as a field. */
  public JsonText raw(String name, String json) {
    return always().field(name, false, json);
  }

  private static String base64(byte[] value) {
    return "\"" + Base64.getEncoder().encodeToString(value) + "\"";
  }

  private JsonText field(String name, boolean empty, String json) {
    if (!empty || always) {
      begin(name);
      out.print(json);
      comma = true;
    }
    always = false;
    return this;
  }

  private void begin(String name) {
    if (comma) {
      out.print(",");
    }
    if (!name.isEmpty()) {
      out.print("\"").print(name).print("\":");
    }
  }

  private JsonText open(String name, String bracket) {
    begin(name);
    out.print(bracket);
    comma = false;
    always = false;
    return this;
  }

  private JsonText close(String bracket) {
    out.print(bracket);
    comma = true;
    return this;
  }
}
