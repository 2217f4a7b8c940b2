package io.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestoreTest {
  /** No etcd writes that, but the original starts from such a file. */
  @Test
  void aKeyThatIsDeletedTwiceIsDeleted() {
    OneStore one = new OneStore();
    one.put("a", "1");
    one.delete("a");
    one.backend.putRevision(4, 0, true, KeyValueBytes.tombstone(OneStore.bytes("a")));
    one.applied();
    one.settle();
    one.reopen();
    assertThat(one.store.revision()).isEqualTo(4);
    one.put("a", "2");
    one.settle();
    one.reopen();
    try (View view = one.store.view()) {
      RangeWalk walk = view.walk(KeyRange.single(OneStore.bytes("a")), RangeOptions.DEFAULT);
      assertThat(
              walk.step(10, keyValue -> assertThat(KeyValueBytes.version(keyValue)).isEqualTo(1)))
          .isTrue();
      assertThat(walk.count()).isEqualTo(1);
    }
    one.close();
  }
}
