package io.quorate.etcdctl.auth;

import io.quorate.etcdctl.Invocation;
import io.quorate.rpc.StatusException;

/** {@code auth enable}; its answer is the same in every output mode. */
public final class AuthEnable extends AuthSwitch {
  private static final String NO_ROOT_ROLE = "etcdserver: root user does not have root role";

  public AuthEnable(Invocation invocation) {
    super(invocation, "enable", "Turns authentication on");
  }

  @Override
  void execute(AuthCalls auth) {
    while (!enabled(auth)) {
      auth.call("RoleAdd", "root");
      auth.call("UserGrantRole", "root", "root");
    }
    invocation.out().line("Authentication Enabled");
  }

  /** Whether it is now; not if the user root, who must exist, lacks the role root. */
  private static boolean enabled(AuthCalls auth) {
    try {
      auth.call("AuthEnable");
      return true;
    } catch (StatusException e) {
      if (e.status().message().equals(NO_ROOT_ROLE)) {
        return false;
      }
      throw e;
    }
  }
}
