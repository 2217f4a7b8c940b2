package io.quorate.statemachine;

import io.quorate.api.mvccpb.KeyValue;
import io.quorate.statemachine.request.Permission;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Answers as one line. A key-value is {@code key=value@create.mod.version}, and {@code ~lease} if
 * it has one.
 */
public final class Rendering {
  private Rendering() {}

  public static String of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Refused refused -> "refused: " + of(refused.error());
      case Outcome.Done done -> "rev " + done.revision() + " done";
      case Outcome.PassedOver _ -> "passed over";
      case Outcome.Compaction compaction ->
          "rev "
              + compaction.revision()
              + compaction.error().map(error -> " refused: " + of(error)).orElse(" compacting");
      case Outcome.LeaseGranted granted ->
          "rev " + granted.revision() + " lease " + granted.id() + " ttl " + granted.ttlSeconds();
      case Outcome.LeaseRevoked revoked -> "rev " + revoked.revision() + " revoked";
      case Outcome.Alarms alarms ->
          "alarms "
              + alarms.alarms().stream()
                  .map(alarm -> alarm.memberId() + ":" + alarm.type())
                  .toList();
      case Outcome.Members members ->
          "members " + members.members().stream().map(member -> member.toJson()).toList();
      case OpResult op -> of(op);
      case AuthResult auth -> of(auth);
    };
  }

  private static String of(AuthResult result) {
    return switch (result) {
      case AuthResult.Status status ->
          (status.enabled() ? "enabled" : "disabled") + " at " + status.authRevision();
      case AuthResult.Authenticated who ->
          who.user() + " in with " + who.tokenPrefix() + " at " + who.authRevision();
      case AuthResult.Names names -> names.names().toString();
      case AuthResult.Permissions permissions ->
          permissions.permissions().stream().map(Rendering::of).toList().toString();
    };
  }

  private static String of(Permission permission) {
    String end = new String(permission.rangeEnd(), StandardCharsets.UTF_8);
    String type =
        switch (permission.type()) {
          case Permission.READ -> "read";
          case Permission.WRITE -> "write";
          case Permission.READWRITE -> "readwrite";
          default -> Integer.toString(permission.type());
        };
    return type
        + " "
        + new String(permission.key(), StandardCharsets.UTF_8)
        + (end.isEmpty() ? "" : end.equals("\0") ? ".." : ".." + end);
  }

  private static String of(OpResult result) {
    String revision = result.revision() == 0 ? "" : "rev " + result.revision() + " ";
    return switch (result) {
      case OpResult.Ranged ranged ->
          revision
              + "count "
              + ranged.count()
              + (ranged.more() ? " more" : "")
              + keyValues(ranged.keyValues());
      case OpResult.PutDone put ->
          revision + "put" + put.previous().map(kv -> " was " + keyValue(kv)).orElse("");
      case OpResult.Deleted deleted ->
          revision + "deleted " + deleted.count() + keyValues(deleted.previous());
      case OpResult.TxnDone txn ->
          revision
              + (txn.succeeded() ? "then" : "else")
              + txn.responses().stream()
                  .map(Rendering::of)
                  .collect(Collectors.joining("; ", " [", "]"));
    };
  }

  private static String of(ApplyError error) {
    return switch (error) {
      case ApplyError.Auth auth -> auth.reason().toString();
      case ApplyError.NotAdmin notAdmin -> "NotAdmin " + notAdmin.reason();
      default -> error.toString().replaceAll("\\[\\]$", "");
    };
  }

  private static String keyValues(List<MemorySegment> keyValues) {
    return keyValues.stream().map(kv -> " " + keyValue(kv)).collect(Collectors.joining());
  }

  private static String keyValue(MemorySegment bytes) {
    try {
      KeyValue kv = KeyValue.parseFrom(bytes.toArray(ValueLayout.JAVA_BYTE));
      return kv.getKey().toStringUtf8()
          + "="
          + kv.getValue().toStringUtf8()
          + "@"
          + kv.getCreateRevision()
          + "."
          + kv.getModRevision()
          + "."
          + kv.getVersion()
          + (kv.getLease() == 0 ? "" : "~" + kv.getLease());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
