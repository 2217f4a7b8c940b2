package io.quorate.etcdctl.concurrency;

import com.google.protobuf.ByteString;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.Client;
import io.quorate.client.ClusterChannel;
import io.quorate.client.recipes.Mutex;
import io.quorate.client.recipes.RecipeException;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.kv.GetAnswer;
import io.quorate.gotext.RawText;
import java.util.List;

/** {@code lock} (spec/ctl.md 6.1). */
public final class Lock extends EtcdctlCommand {
  private static final long DEFAULT_TTL_SECONDS = 10;

  private final Flag.Int ttl =
      flags().int64("ttl", DEFAULT_TTL_SECONDS, "seconds after which a lock without holder ends");

  public Lock(Invocation invocation) {
    super(
        invocation,
        "lock <lockname> [exec-command arg1 arg2 ...]",
        "Holds a named lock until it is told to end, or while a command runs");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.isEmpty()) {
      throw Failure.badArguments(
          "lock takes a lock name argument and an optional command to execute");
    }
    ClusterChannel cluster = invocation.connect(this);
    Session session = Session.open(invocation, Client.on(cluster), ttl.value());
    EndBySignal signal = EndBySignal.ofThisThread();
    ByteString name = ByteString.copyFrom(RawText.bytes(arguments.getFirst()));
    Mutex mutex = new Mutex(cluster, name, session.lease());
    long revision;
    try {
      revision = mutex.lock().getRevision();
    } catch (RecipeException e) {
      throw new Failure(ExitCode.ERROR, String.valueOf(e.getMessage()));
    }
    if (arguments.size() > 1) {
      HeldCommand command = new HeldCommand(arguments.subList(1, arguments.size()));
      try {
        command.run(RawText.of(mutex.key().toByteArray()), revision);
      } finally {
        mutex.unlock();
      }
      return;
    }
    GetAnswer answer = GetAnswer.ofKey(cluster, mutex.key().toByteArray());
    if (answer.isEmpty()) {
      throw new Failure(ExitCode.ERROR, "lock lost on init");
    }
    invocation.show(answer);
    invocation.out().flush();
    session.holdUntil(signal, mutex::unlock, "session expired");
  }
}
