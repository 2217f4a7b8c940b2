package io.quorate.peer;

import java.net.URI;
import java.util.List;

/** The URLs of one peer, one of them in use: after a failure the next. Any thread. */
final class PeerUrls {
  private static final URI UNUSABLE = URI.create("unusable://peer");

  private volatile List<URI> urls;
  private volatile int current;

  PeerUrls(List<String> texts) {
    urls = parsed(texts);
  }

  private static List<URI> parsed(List<String> texts) {
    return texts.stream().sorted().map(PeerUrls::uri).toList();
  }

  /**
   * The URL {@code text} of a member. What Go takes for one and Java does not cannot be dialled; it
   * may stand in the log all the same, and must not end whoever applies it.
   */
  static URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      return UNUSABLE;
    }
  }

  /** Begins again with the first of {@code texts}. */
  void update(List<String> texts) {
    List<URI> now = parsed(texts);
    if (!now.equals(urls)) {
      urls = now;
      current = 0;
    }
  }

  URI pick() {
    List<URI> now = urls;
    return now.get(Math.floorMod(current, now.size()));
  }

  /** {@code failed} did not answer; if it is the one in use the next takes its place. */
  void failed(URI failed) {
    if (pick().equals(failed)) {
      current = (current + 1) % urls.size();
    }
  }
}
