package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.HeaderAnswer;
import io.quorate.gotext.RawText;
import java.util.List;

/** {@code user add}. */
public final class UserAdd extends EtcdctlCommand {
  private static final int NAME = 1;
  private static final int PASSWORD = 2;
  private static final int OPTIONS = 3;
  private static final int NO_PASSWORD = 1;

  private final Flag.Bool interactive =
      flags().bool("interactive", true, "ask for the password, instead of reading stdin");
  private final Flag.Text newUserPassword =
      flags().text("new-user-password", "", "the password of the new user");
  private final Flag.Bool noPassword =
      flags().bool("no-password", false, "a user who can come with a certificate only");

  public UserAdd(Invocation invocation) {
    super(invocation, "add <user name or user:password> [options]", "Adds a user");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("user add command requires user name as its argument");
    }
    String name = arguments.getFirst();
    String password = "";
    if (noPassword.value()) {
      // the argument is the name, whatever it holds
    } else if (!newUserPassword.value().isEmpty()) {
      password = newUserPassword.value();
    } else if (name.indexOf(':') >= 0) {
      int colon = name.indexOf(':');
      password = name.substring(colon + 1);
      name = name.substring(0, colon);
      if (name.isEmpty()) {
        throw Failure.badArguments("empty user name is not allowed");
      }
    } else {
      password = NewPassword.of(name, interactive.value(), invocation);
    }
    ProtoWriter request =
        new ProtoWriter()
            .bytes(NAME, RawText.bytes(name))
            .bytes(PASSWORD, RawText.bytes(password))
            .element(OPTIONS, new ProtoWriter().flag(NO_PASSWORD, noPassword.value()).toBytes());
    AuthCalls auth = new AuthCalls(invocation.connect(this), Limits.none());
    invocation.show(HeaderAnswer.of(auth.call("UserAdd", request), "User " + name + " created"));
  }
}
