package io.quorate.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a peer is said to be. */
class PeerUrlsTest {
  private final PeerUrls urls = new PeerUrls(List.of("http://b:1", "http://a:1"));

  @Test
  void theNextOneIsTriedAfterAFailure() {
    assertThat(urls.pick()).hasToString("http://a:1");
    urls.failed(URI.create("http://a:1"));
    assertThat(urls.pick()).hasToString("http://b:1");
    urls.failed(URI.create("http://a:1"));
    assertThat(urls.pick()).as("only the one in use counts").hasToString("http://b:1");
    urls.failed(URI.create("http://b:1"));
    assertThat(urls.pick()).hasToString("http://a:1");
  }

  /** It stands in the log, and whoever applies it goes on. */
  @Test
  void whatIsNoUrlInJavaCannotBeDialled() {
    urls.update(List.of("http://a<b>:1"));
    assertThat(urls.pick().getScheme()).isEqualTo("unusable");
    urls.update(List.of("http://etcd_node1:2380"));
    assertThat(urls.pick().getAuthority()).isEqualTo("etcd_node1:2380");
  }
}
