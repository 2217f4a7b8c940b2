package io.quorate.etcdctl.kv;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import java.util.ArrayList;
import java.util.List;

/** {@code TxnResponse}, with the answers to its requests. */
final class TxnAnswer extends Answer {
  private final byte[] bytes;
  private final List<Answer> answers = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private Header header = Header.NONE;
  private boolean succeeded;

  TxnAnswer(byte[] response) {
    this.bytes = response;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      switch (in.number()) {
        case 1 -> header = Header.read(in.message());
        case 2 -> succeeded = in.flag();
        case 3 -> addAnswer(in.message());
        default -> {}
      }
    }
  }

  private void addAnswer(ProtoReader in) {
    while (in.next()) {
      switch (in.number()) {
        case 1 -> add("response_range", new GetAnswer(in.bytes(), false));
        case 2 -> add("response_put", new PutAnswer(in.bytes()));
        case 3 -> add("response_delete_range", new DelAnswer(in.bytes()));
        case 4 -> add("response_txn", new TxnAnswer(in.bytes()));
        default -> {}
      }
    }
  }

  private void add(String name, Answer answer) {
    names.add(name);
    answers.add(answer);
  }

  @Override
  public void simple(SimpleText out) {
    out.line(succeeded ? "SUCCESS" : "FAILURE");
    for (Answer answer : answers) {
      out.line("");
      answer.simple(out);
    }
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    header.json(out);
    out.flag("succeeded", succeeded);
    if (!answers.isEmpty()) {
      out.beginArray("responses");
      for (int i = 0; i < answers.size(); i++) {
        out.beginObject().beginObject("Response").name(names.get(i));
        answers.get(i).json(out);
        out.endObject().endObject();
      }
      out.endArray();
    }
    out.endObject();
  }

  @Override
  public void fields(FieldsText out) {
    header.fields(out);
    out.flag("Succeeded", succeeded);
    for (Answer answer : answers) {
      answer.fields(out);
    }
  }

  @Override
  public byte[] protobuf() {
    return bytes;
  }
}
