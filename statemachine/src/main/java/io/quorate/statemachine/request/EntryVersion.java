package io.quorate.statemachine.request;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.quorate.api.etcdserverpb.DowngradeVersionTestRequest;
import io.quorate.api.etcdserverpb.InternalRaftRequest;
import io.quorate.api.versionpb.VersionProto;
import io.quorate.raft.message.Entry;
import java.util.Map;

/**
 * The oldest etcd that can read an entry, as {@code major.minor}: what a log holds guards a
 * downgrade (spec/storage.md 7.3). Not on the way of any request: it reads generated messages by
 * reflection.
 */
public final class EntryVersion {
  private static final String OLDEST = "3.0";

  private EntryVersion() {}

  /** For a normal entry that no v3 request can be read from: {@link #OLDEST}. */
  public static String of(Entry entry) {
    return switch (entry.type()) {
      case CONF_CHANGE -> OLDEST;
      case CONF_CHANGE_V2 -> "3.4";
      case NORMAL -> {
        byte[] data = entry.data();
        yield data == null || data.length == 0 ? OLDEST : ofRequest(data);
      }
    };
  }

  private static String ofRequest(byte[] data) {
    try {
      return of(InternalRaftRequest.parseFrom(data));
    } catch (InvalidProtocolBufferException _) {
      return OLDEST; // a request of the v2 API
    }
  }

  /** The newest of what is set: the message, its fields, and so on; lists are not looked into. */
  private static String of(Message message) {
    String newest =
        max(
            OLDEST,
            message.getDescriptorForType().getOptions().getExtension(VersionProto.etcdVersionMsg));
    for (Map.Entry<FieldDescriptor, Object> set : message.getAllFields().entrySet()) {
      FieldDescriptor field = set.getKey();
      newest = max(newest, field.getOptions().getExtension(VersionProto.etcdVersionField));
      if (field.isRepeated()) {
        continue;
      }
      if (set.getValue() instanceof Message inner) {
        newest = max(newest, of(inner));
      } else if (set.getValue() instanceof EnumValueDescriptor value) {
        newest = max(newest, ofEnum(value));
      }
    }
    // Tests of downgrades name the version they stand for.
    return message instanceof DowngradeVersionTestRequest test
        ? max(newest, majorMinor(test.getVer()))
        : newest;
  }

  private static String ofEnum(EnumValueDescriptor value) {
    return max(
        value.getType().getOptions().getExtension(VersionProto.etcdVersionEnum),
        value.getOptions().getExtension(VersionProto.etcdVersionEnumValue));
  }

  private static String majorMinor(String version) {
    int patch = version.indexOf('.', version.indexOf('.') + 1);
    return patch < 0 ? version : version.substring(0, patch);
  }

  /** The newer of two versions, either of which may be empty. */
  public static String max(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    return number(a) >= number(b) ? a : b;
  }

  private static long number(String version) {
    String[] parts = version.split("\\.", -1);
    return Long.parseLong(parts[0]) * 1_000_000 + Long.parseLong(parts[1]);
  }
}
