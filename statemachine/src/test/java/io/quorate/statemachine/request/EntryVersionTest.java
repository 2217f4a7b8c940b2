package io.quorate.statemachine.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import io.quorate.api.etcdserverpb.InternalRaftRequest;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The oldest etcd that reads an entry (spec/storage.md 7.3). */
final class EntryVersionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          put { key: "a" }                                       | 3.0
          put { key: "a" prev_kv: true }                         | 3.1
          put { key: "a" ignore_lease: true }                    | 3.2
          range { key: "a" min_mod_revision: 4 }                 | 3.1
          txn { success { request_txn {} } }                     | 3.0
          header { ID: 1 auth_revision: 2 } put { key: "a" }     | 3.1
          alarm { alarm: CORRUPT }                               | 3.3
          alarm { alarm: NOSPACE }                               | 3.0
          lease_checkpoint { checkpoints { ID: 1 } }             | 3.4
          auth_status {}                                         | 3.5
          auth_user_add { options { no_password: true } }        | 3.4
          cluster_version_set { ver: "3.6.0" }                   | 3.5
          cluster_member_attr_set { member_ID: 1 }               | 3.5
          downgrade_info_set { enabled: true }                   | 3.5
          downgrade_version_test { ver: "3.6.0" }                | 3.6
          downgrade_version_test { ver: "9.9.0" }                | 9.9
          """)
  void requests(String request, String version) throws Exception {
    byte[] data = TextFormat.parse(request, InternalRaftRequest.class).toByteArray();
    assertThat(EntryVersion.of(Entry.normal(1, 1, data))).isEqualTo(version);
  }

  @Test
  void otherEntries() {
    assertThat(EntryVersion.of(Entry.normal(1, 1, null))).isEqualTo("3.0");
    assertThat(EntryVersion.of(new Entry(EntryType.CONF_CHANGE, 1, 1, null))).isEqualTo("3.0");
    assertThat(EntryVersion.of(new Entry(EntryType.CONF_CHANGE_V2, 1, 1, null))).isEqualTo("3.4");
    assertThat(EntryVersion.max("3.10", "3.9")).isEqualTo("3.10");
  }
}
