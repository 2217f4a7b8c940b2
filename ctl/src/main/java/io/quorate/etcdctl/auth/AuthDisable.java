package io.quorate.etcdctl.auth;

import io.quorate.etcdctl.Invocation;

/** {@code auth disable}; its answer is the same in every output mode. */
public final class AuthDisable extends AuthSwitch {
  public AuthDisable(Invocation invocation) {
    super(invocation, "disable", "Turns authentication off");
  }

  @Override
  void execute(AuthCalls auth) {
    auth.call("AuthDisable");
    invocation.out().line("Authentication Disabled");
  }
}
