package io.quorate.etcdctl.kv;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.CommandFinder;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.FlagError;
import io.quorate.cli.command.Group;
import io.quorate.cli.command.Output;
import io.quorate.cli.command.StandardUsage;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Words;
import java.io.InputStream;
import java.util.List;

/** The commands that stand within a transaction, with their own flags alone. */
final class TxnRequests extends Group {
  private static final int RANGE = 1;
  private static final int PUT = 2;
  private static final int DELETE = 3;

  private final InputStream in; // behind the lines taken so far, so that mostly nothing is left
  private final Output err;
  private byte[] parsed = {};

  TxnRequests(Invocation invocation) {
    super("", "");
    this.in = invocation.in();
    this.err = invocation.err();
  }

  @Override
  public List<String> subcommands() {
    return List.of("del", "get", "put");
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "del" -> new DelLine();
      case "get" -> new GetLine();
      case "put" -> new PutLine();
      default -> throw new AssertionError(name);
    };
  }

  /**
   * The bytes of the {@code RequestOp} that a line asks for.
   *
   * @throws Failure if it is none
   */
  byte[] parse(String line) {
    List<String> words = Words.of(line);
    if (words.size() < 2) {
      throw new Failure(ExitCode.INVALID_INPUT, "invalid txn compare request: " + line);
    }
    CommandFinder.Found found;
    try {
      found = CommandFinder.find(this, words);
    } catch (CommandFinder.UnknownCommand _) {
      throw invalid(line);
    }
    Command command = found.path().command();
    try {
      List<String> arguments = found.path().allFlags().parse(found.words());
      if (command.isHelpWanted() || !command.runs()) {
        throw invalid(line); // the original shows a help page and waits forever
      }
      command.run(arguments);
    } catch (FlagError _) {
      err.print(new StandardUsage().page(found.path())).newLine();
      throw invalid(line);
    }
    return parsed;
  }

  private static Failure invalid(String line) {
    return new Failure(ExitCode.INVALID_INPUT, "invalid txn request: " + line);
  }

  private void keep(int kind, byte[] request) {
    parsed = new ProtoWriter().element(kind, request).toBytes();
  }

  private final class GetLine extends Command {
    private final RangeRequest request = new RangeRequest(flags());

    GetLine() {
      super(Get.USE, Get.SUMMARY);
    }

    @Override
    public void run(List<String> arguments) {
      keep(RANGE, request.bytes(arguments));
    }
  }

  private final class PutLine extends Command {
    private final PutRequest request = new PutRequest(flags());

    PutLine() {
      super(Put.USE, Put.SUMMARY);
    }

    @Override
    public void run(List<String> arguments) {
      keep(PUT, request.bytes(arguments, in));
    }
  }

  private final class DelLine extends Command {
    private final DeleteRequest request = new DeleteRequest(flags());

    DelLine() {
      super(Del.USE, Del.SUMMARY);
    }

    @Override
    public void run(List<String> arguments) {
      keep(DELETE, request.bytes(arguments, err));
    }
  }
}
