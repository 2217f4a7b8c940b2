package io.quorate.etcdctl;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.client.EtcdException;
import io.quorate.rpc.StatusException;
import java.util.List;

/** A command that talks to a cluster. What the cluster refuses ends it with one line. */
public abstract class EtcdctlCommand extends Command {
  protected final Invocation invocation;

  protected EtcdctlCommand(Invocation invocation, String use, String summary) {
    super(use, summary);
    this.invocation = invocation;
  }

  @Override
  public final void run(List<String> arguments) {
    try {
      execute(arguments);
    } catch (StatusException e) {
      throw refused(EtcdException.text(e.status()));
    } catch (EtcdException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Does it: checks the arguments, {@link Invocation#connect}s, makes the request, and {@link
   * Invocation#show}s what came.
   */
  protected abstract void execute(List<String> arguments);

  /**
   * The end of a command whose request failed.
   *
   * @param reason what the cluster said, as users see it
   */
  protected Failure refused(String reason) {
    return new Failure(ExitCode.ERROR, reason);
  }
}
