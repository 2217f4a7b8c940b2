package io.quorate.server;

import io.quorate.api.etcdserverpb.ResponseHeader;
import io.quorate.node.Member;
import io.quorate.server.wire.Answers;

/** Response headers of one member (spec/api.md 6). Any thread. */
final class Headers {
  private final Member member;

  Headers(Member member) {
    this.member = member;
  }

  /** A full header that says {@code revision}. */
  byte[] at(long revision) {
    return Answers.header(
        member.options().clusterId(),
        member.options().memberId(),
        revision,
        member.applied().term());
  }

  /** A full header that says the store's revision of now. */
  ResponseHeader now() {
    return message(revision());
  }

  /** The same as a message. */
  ResponseHeader message(long revision) {
    return ResponseHeader.newBuilder()
        .setClusterId(member.options().clusterId())
        .setMemberId(member.options().memberId())
        .setRevision(revision)
        .setRaftTerm(member.applied().term())
        .build();
  }

  /** The revision that readers see. */
  long revision() {
    try (var view = member.stores().mvcc().view()) {
      return view.revision();
    }
  }
}
