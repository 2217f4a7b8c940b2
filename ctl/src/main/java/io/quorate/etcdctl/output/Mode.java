package io.quorate.etcdctl.output;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Output;

/** {@code --write-out}: the ways in which an answer can be shown. */
public enum Mode {
  SIMPLE,
  JSON,
  FIELDS,
  TABLE,
  PROTOBUF;

  /**
   * The mode of that name.
   *
   * @throws Failure if there is none
   */
  public static Mode of(String name) {
    return switch (name) {
      case "simple" -> SIMPLE;
      case "json" -> JSON;
      case "fields" -> FIELDS;
      case "table" -> TABLE;
      case "protobuf" -> PROTOBUF;
      default -> throw new Failure(ExitCode.BAD_FEATURE, "unsupported output format");
    };
  }

  /** For answers that a mode does not know. */
  public static Failure unsupported(String mode) {
    return new Failure(ExitCode.BAD_FEATURE, mode + " not supported as output format");
  }

  /**
   * Prints {@code answer}.
   *
   * @param hex whether keys, values and ids are shown in hexadecimal
   */
  public void show(Answer answer, Output out, boolean hex) {
    if (this == SIMPLE) {
      answer.simple(new SimpleText(out, hex));
    } else if (this == JSON) {
      JsonText json = new JsonText(out, hex);
      answer.json(json);
      out.newLine();
    } else if (this == FIELDS) {
      answer.fields(new FieldsText(out, hex));
    } else if (this == TABLE) {
      answer.table().print(out);
    } else {
      out.write(answer.protobuf());
    }
  }
}
