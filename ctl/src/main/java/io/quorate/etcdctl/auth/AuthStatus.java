package io.quorate.etcdctl.auth;

import io.quorate.etcdctl.Invocation;

/** {@code auth status}. */
public final class AuthStatus extends AuthSwitch {
  public AuthStatus(Invocation invocation) {
    super(invocation, "status", "Shows whether authentication is on");
  }

  @Override
  void execute(AuthCalls auth) {
    invocation.show(new AuthStatusAnswer(auth.call("AuthStatus")));
  }
}
