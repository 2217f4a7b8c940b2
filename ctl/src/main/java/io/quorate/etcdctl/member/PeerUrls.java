package io.quorate.etcdctl.member;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.gotext.RawText;
import io.quorate.gotext.UrlList;

/** The value of {@code --peer-urls}. */
final class PeerUrls {
  private PeerUrls() {}

  /** Refuses an empty list. */
  static void require(String urls) {
    if (urls.isEmpty()) {
      throw Failure.badArguments("member peer urls not provided");
    }
  }

  /** Checks each URL, and puts them into a request as they were given. */
  static ProtoWriter write(ProtoWriter request, int field, String urls) {
    try {
      UrlList.parse(urls);
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.ERROR, String.valueOf(e.getMessage()));
    }
    for (String url : urls.split(",", -1)) {
      request.element(field, RawText.bytes(url));
    }
    return request;
  }
}
