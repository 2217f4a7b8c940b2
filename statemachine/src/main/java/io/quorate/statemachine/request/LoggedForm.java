package io.quorate.statemachine.request;

import io.quorate.statemachine.request.AuthRequest.Kind;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A client's request as it lies in the log. etcd decodes and encodes what it proposes, so that
 * fields stand in order, each with its last value, defaults are left out, and fields it does not
 * know follow, as they came (spec/api.md 1). Nearly every client sends its requests so; those bytes
 * are taken as they are, after one look.
 */
public final class LoggedForm {
  private static final int WIRE_TYPE_BITS = 3;
  private static final int WIRE_TYPE_MASK = 7;

  private LoggedForm() {}

  /**
   * Returns {@code bytes} themselves if they are so already.
   *
   * @param field of the request in {@code InternalRaftRequest}
   * @param bytes which could be decoded
   */
  public static byte[] of(int field, byte[] bytes) {
    Shape shape = Shape.ofRequest(field);
    return isSo(shape, new Cursor(bytes, 0, bytes.length)) ? bytes : encoded(shape, bytes);
  }

  /** Takes {@code replacing}, fields of the same request, for those that {@code bytes} has. */
  public static byte[] of(int field, byte[] bytes, byte[] replacing) {
    return of(field, joined(bytes, replacing));
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private enum Type {
    NUMBER,
    NUMBER_OF_32_BITS,
    SWITCH,
    BYTES,
    MESSAGE
  }

  /**
   * A known field.
   *
   * @param listed whether it may be there many times
   * @param chosen whether it is one of a oneof, hence written even if empty
   * @param shape of a message, else of nothing
   */
  private record Field(int number, Type type, boolean listed, boolean chosen, Shape shape) {
    static Field of(int number, Type type) {
      return new Field(number, type, false, false, Shape.NOTHING);
    }

    static Field chosen(int number, Type type) {
      return new Field(number, type, false, true, Shape.NOTHING);
    }

    static Field chosen(int number, Shape shape) {
      return new Field(number, Type.MESSAGE, false, true, shape);
    }

    static Field listed(int number, Shape shape) {
      return new Field(number, Type.MESSAGE, true, false, shape);
    }

    static Field one(int number, Shape shape) {
      return new Field(number, Type.MESSAGE, false, false, shape);
    }

    /** Whether a number is written so. */
    boolean keeps(long value) {
      return value == written(value) && (chosen || value != 0);
    }

    /** A number as Go's type of the field holds it. */
    long written(long value) {
      return switch (type) {
        case SWITCH -> value == 0 ? 0 : 1;
        case NUMBER_OF_32_BITS -> (int) value;
        case NUMBER, BYTES, MESSAGE -> value;
      };
    }
  }

  /** The known fields of a message, ascending (spec/api.md 3). */
  private static final class Shape {
    static final Shape NOTHING = new Shape();

    private static final Shape RANGE =
        new Shape(
            Field.of(1, Type.BYTES),
            Field.of(2, Type.BYTES),
            Field.of(3, Type.NUMBER),
            Field.of(4, Type.NUMBER),
            Field.of(5, Type.NUMBER_OF_32_BITS),
            Field.of(6, Type.NUMBER_OF_32_BITS),
            Field.of(7, Type.SWITCH),
            Field.of(8, Type.SWITCH),
            Field.of(9, Type.SWITCH),
            Field.of(10, Type.NUMBER),
            Field.of(11, Type.NUMBER),
            Field.of(12, Type.NUMBER),
            Field.of(13, Type.NUMBER));
    private static final Shape PUT =
        new Shape(
            Field.of(1, Type.BYTES),
            Field.of(2, Type.BYTES),
            Field.of(3, Type.NUMBER),
            Field.of(4, Type.SWITCH),
            Field.of(5, Type.SWITCH),
            Field.of(6, Type.SWITCH));
    private static final Shape DELETE =
        new Shape(Field.of(1, Type.BYTES), Field.of(2, Type.BYTES), Field.of(3, Type.SWITCH));
    private static final Shape COMPARE =
        new Shape(
            Field.of(1, Type.NUMBER_OF_32_BITS),
            Field.of(2, Type.NUMBER_OF_32_BITS),
            Field.of(3, Type.BYTES),
            Field.chosen(4, Type.NUMBER),
            Field.chosen(5, Type.NUMBER),
            Field.chosen(6, Type.NUMBER),
            Field.chosen(7, Type.BYTES),
            Field.chosen(8, Type.NUMBER),
            Field.of(64, Type.BYTES));
    private static final Shape TXN = new Shape();

    static {
      Shape operation =
          new Shape(
              Field.chosen(1, RANGE),
              Field.chosen(2, PUT),
              Field.chosen(3, DELETE),
              Field.chosen(4, TXN));
      TXN.fields =
          new Field[] {
            Field.listed(1, COMPARE), Field.listed(2, operation), Field.listed(3, operation)
          };
    }

    private static final Shape COMPACTION =
        new Shape(Field.of(1, Type.NUMBER), Field.of(2, Type.SWITCH));
    private static final Shape ALARM =
        new Shape(
            Field.of(1, Type.NUMBER_OF_32_BITS),
            Field.of(2, Type.NUMBER),
            Field.of(3, Type.NUMBER_OF_32_BITS));
    private static final Shape ONE_NUMBER = new Shape(Field.of(1, Type.NUMBER));
    private static final Shape TWO_NUMBERS =
        new Shape(Field.of(1, Type.NUMBER), Field.of(2, Type.NUMBER));
    private static final Shape ONE_TEXT = new Shape(Field.of(1, Type.BYTES));
    private static final Shape TWO_TEXTS =
        new Shape(Field.of(1, Type.BYTES), Field.of(2, Type.BYTES));
    private static final Shape THREE_TEXTS =
        new Shape(Field.of(1, Type.BYTES), Field.of(2, Type.BYTES), Field.of(3, Type.BYTES));
    private static final Shape NEW_USER =
        new Shape(
            Field.of(1, Type.BYTES),
            Field.of(2, Type.BYTES),
            Field.one(3, new Shape(Field.of(1, Type.SWITCH))),
            Field.of(4, Type.BYTES));
    private static final Shape GRANTED =
        new Shape(
            Field.of(1, Type.BYTES),
            Field.one(
                2,
                new Shape(
                    Field.of(1, Type.NUMBER_OF_32_BITS),
                    Field.of(2, Type.BYTES),
                    Field.of(3, Type.BYTES))));

    private Field[] fields;

    Shape(Field... fields) {
      this.fields = fields;
    }

    /** Its place among the fields; -1 for one that is not known. */
    int place(int number) {
      for (int i = 0; i < fields.length; i++) {
        if (fields[i].number == number) {
          return i;
        }
      }
      return -1;
    }

    static Shape ofRequest(int field) {
      return switch (field) {
        case Put.FIELD -> PUT;
        case DeleteRange.FIELD -> DELETE;
        case Txn.FIELD -> TXN;
        case Compaction.FIELD -> COMPACTION;
        case LeaseGrant.FIELD -> TWO_NUMBERS;
        case LeaseRevoke.FIELD -> ONE_NUMBER;
        case Alarm.FIELD -> ALARM;
        default -> ofAuth(field);
      };
    }

    private static Shape ofAuth(int field) {
      for (Kind kind : Kind.values()) {
        if (kind.field() == field) {
          return switch (kind) {
            case AUTH_ENABLE, AUTH_DISABLE, AUTH_STATUS, USER_LIST, ROLE_LIST -> NOTHING;
            case USER_DELETE, USER_GET, ROLE_ADD, ROLE_DELETE, ROLE_GET -> ONE_TEXT;
            case USER_GRANT_ROLE, USER_REVOKE_ROLE -> TWO_TEXTS;
            case AUTHENTICATE, USER_CHANGE_PASSWORD, ROLE_REVOKE_PERMISSION -> THREE_TEXTS;
            case USER_ADD -> NEW_USER;
            case ROLE_GRANT_PERMISSION -> GRANTED;
          };
        }
      }
      throw new IllegalArgumentException("no request of a client has field " + field);
    }
  }

  /** Where one is in bytes that are known to be well-formed. */
  private static final class Cursor {
    private final byte[] data;
    private int at;
    private final int end;
    private boolean shortest = true;

    Cursor(byte[] data, int at, int end) {
      this.data = data;
      this.at = at;
      this.end = end;
    }

    boolean isAtEnd() {
      return at >= end;
    }

    /** A varint, after which {@link #shortest} says whether it took no byte more than it needs. */
    long varint() {
      long value = 0;
      int shift = 0;
      int start = at;
      byte b;
      do {
        b = data[at++];
        value |= (long) (b & 0x7f) << shift;
        shift += 7;
      } while (b < 0);
      int length = at - start;
      shortest = length == 1 || b != 0 && (length < 10 || b == 1);
      return value;
    }

    Cursor part() {
      int length = (int) varint();
      Cursor part = new Cursor(data, at, at + length);
      at += length;
      return part;
    }

    byte[] bytes() {
      return Arrays.copyOfRange(data, at, end);
    }

    void skip(int wireType) {
      switch (wireType) {
        case ProtoReader.VARINT -> varint();
        case ProtoReader.FIXED64 -> at += Long.BYTES;
        case ProtoReader.FIXED32 -> at += Integer.BYTES;
        case ProtoReader.LENGTH -> {
          int length = (int) varint();
          at += length;
        }
        default -> {
          for (int depth = 1; depth > 0; ) {
            int inner = (int) varint() & WIRE_TYPE_MASK;
            switch (inner) {
              case ProtoReader.START_GROUP -> depth++;
              case ProtoReader.END_GROUP -> depth--;
              default -> skip(inner);
            }
          }
        }
      }
    }
  }

  private static boolean isSo(Shape shape, Cursor in) {
    int last = -1;
    boolean strangeSeen = false;
    boolean chosenSeen = false;
    while (!in.isAtEnd()) {
      long tag = in.varint();
      if (!in.shortest) {
        return false;
      }
      int place = shape.place((int) (tag >>> WIRE_TYPE_BITS));
      if (place < 0) {
        strangeSeen = true;
        in.skip((int) tag & WIRE_TYPE_MASK);
        continue;
      }
      Field field = shape.fields[place];
      if (strangeSeen
          || place < last
          || place == last && !field.listed
          || field.chosen && chosenSeen) {
        return false;
      }
      last = place;
      chosenSeen |= field.chosen;
      if (!isSo(field, in)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSo(Field field, Cursor in) {
    return switch (field.type) {
      case NUMBER, NUMBER_OF_32_BITS, SWITCH -> {
        long value = in.varint();
        yield in.shortest && field.keeps(value);
      }
      case BYTES -> {
        Cursor value = in.part();
        yield in.shortest && (field.chosen || !value.isAtEnd());
      }
      case MESSAGE -> {
        Cursor message = in.part();
        yield in.shortest && isSo(field.shape, message);
      }
    };
  }

  private static byte[] encoded(Shape shape, byte[] message) {
    Cursor in = new Cursor(message, 0, message.length);
    long[] numbers = new long[shape.fields.length];
    List<List<byte[]>> parts = new ArrayList<>();
    for (int i = 0; i < shape.fields.length; i++) {
      parts.add(new ArrayList<>());
    }
    int chosen = -1;
    ByteArrayOutputStream strange = new ByteArrayOutputStream();
    while (!in.isAtEnd()) {
      int start = in.at;
      long tag = in.varint();
      int wireType = (int) tag & WIRE_TYPE_MASK;
      int place = shape.place((int) (tag >>> WIRE_TYPE_BITS));
      if (place < 0) {
        in.skip(wireType);
        strange.write(message, start, in.at - start);
        continue;
      }
      Field field = shape.fields[place];
      chosen = field.chosen ? place : chosen;
      if (wireType == ProtoReader.VARINT) {
        numbers[place] = field.written(in.varint());
      } else {
        take(field, parts.get(place), in.part().bytes());
      }
    }
    ProtoWriter out = new ProtoWriter(message.length);
    for (int i = 0; i < shape.fields.length; i++) {
      Field field = shape.fields[i];
      if (!field.chosen || i == chosen) {
        write(field, numbers[i], parts.get(i), out);
      }
    }
    return joined(out.toByteArray(), strange.toByteArray());
  }

  /** Of bytes and of a choice the last one counts; a message goes on where it was left. */
  private static void take(Field field, List<byte[]> parts, byte[] part) {
    boolean goesOn = field.type == Type.MESSAGE && !field.chosen && !field.listed;
    if (goesOn && !parts.isEmpty()) {
      parts.add(joined(parts.removeFirst(), part));
      return;
    }
    if (!field.listed) {
      parts.clear();
    }
    parts.add(part);
  }

  private static void write(Field field, long number, List<byte[]> parts, ProtoWriter out) {
    switch (field.type) {
      case NUMBER, NUMBER_OF_32_BITS, SWITCH -> {
        if (field.chosen) {
          out.alwaysNumber(field.number, number);
        } else {
          out.number(field.number, number);
        }
      }
      case BYTES -> {
        for (byte[] part : parts) {
          if (field.chosen) {
            out.alwaysBytes(field.number, part);
          } else {
            out.bytes(field.number, part);
          }
        }
      }
      case MESSAGE -> {
        for (byte[] part : parts) {
          out.alwaysBytes(field.number, encoded(field.shape, part));
        }
      }
    }
  }
}
