package io.quorate.etcdctl.endpoint;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import io.quorate.etcdctl.output.Table;
import java.util.ArrayList;
import java.util.List;

/** The hashes of all that could be asked. */
final class HashKvAnswer extends Answer {
  /** {@code HashKVResponse} of one endpoint. */
  private record Hash(
      String endpoint, Header header, long hash, long compactRevision, long hashRevision) {
    static Hash read(PerEndpoint.Response response) {
      ProtoReader in = new ProtoReader(response.bytes());
      long hash = 0;
      long compactRevision = 0;
      long hashRevision = 0;
      while (in.next()) {
        switch (in.number()) {
          case 2 -> hash = in.value();
          case 3 -> compactRevision = in.value();
          case 4 -> hashRevision = in.value();
          default -> {}
        }
      }
      return new Hash(
          response.endpoint(), Header.of(response.bytes()), hash, compactRevision, hashRevision);
    }

    List<String> row() {
      return List.of(endpoint, Long.toString(hash), Long.toString(hashRevision));
    }
  }

  private final List<Hash> hashes = new ArrayList<>();

  HashKvAnswer(List<PerEndpoint.Response> responses) {
    for (PerEndpoint.Response response : responses) {
      hashes.add(Hash.read(response));
    }
  }

  @Override
  public void simple(SimpleText out) {
    for (Hash hash : hashes) {
      out.line(String.join(", ", hash.row()));
    }
  }

  @Override
  public Table table() {
    Table table = new Table(List.of("endpoint", "hash", "hash_revision"));
    for (Hash hash : hashes) {
      table.row(hash.row());
    }
    return table;
  }

  @Override
  public void json(JsonText out) {
    if (hashes.isEmpty()) {
      out.element("null");
      return;
    }
    out.beginArray();
    for (Hash hash : hashes) {
      out.beginObject().always().text("Endpoint", hash.endpoint()).beginObject("HashKV");
      hash.header().json(out);
      out.number("hash", hash.hash())
          .number("compact_revision", hash.compactRevision())
          .number("hash_revision", hash.hashRevision());
      out.endObject().endObject();
    }
    out.endArray();
  }

  @Override
  public void fields(FieldsText out) {
    for (Hash hash : hashes) {
      hash.header().fields(out);
      out.quoted("Endpoint", hash.endpoint())
          .number("Hash", hash.hash())
          .number("HashRevision", hash.hashRevision())
          .emptyLine();
    }
  }
}
