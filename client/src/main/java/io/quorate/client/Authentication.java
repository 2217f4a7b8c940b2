package io.quorate.client;

import io.quorate.client.wire.ProtoReader;
import io.quorate.client.wire.ProtoWriter;

/** The messages of Authenticate, by hand: every call with a user begins with them. */
final class Authentication {
  private static final int NAME = 1;
  private static final int PASSWORD = 2;
  private static final int TOKEN = 2;

  private Authentication() {}

  static byte[] request(Credentials who) {
    return new ProtoWriter().text(NAME, who.name()).text(PASSWORD, who.password()).toBytes();
  }

  static String token(byte[] response) {
    ProtoReader fields = new ProtoReader(response);
    String token = "";
    while (fields.next()) {
      if (fields.number() == TOKEN) {
        token = fields.text();
      }
    }
    return token;
  }
}
