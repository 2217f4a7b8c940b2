package io.quorate.etcdctl.endpoint;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.client.ClusterChannel;
import io.quorate.client.EtcdException;
import io.quorate.etcdctl.ConnectionSettings;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.member.MemberList;
import io.quorate.rpc.StatusException;
import java.util.List;

/** Which members a command asks one by one: those of {@code --endpoints}, or all. */
public final class AskedEndpoints {
  private AskedEndpoints() {}

  /**
   * The endpoints; SRV records are not looked at unless all members are wanted.
   *
   * @throws Failure if the members cannot be learned
   */
  public static List<String> of(
      Invocation invocation, ConnectionSettings settings, boolean wholeCluster) {
    if (!wholeCluster) {
      return invocation.global().endpoints();
    }
    ConnectionSettings asking = settings.askingAgain(); // the original makes its client anew
    try (ClusterChannel cluster = asking.connect(asking.endpoints())) {
      return MemberList.clientUrls(cluster, Limits.commandTimeout(invocation).left());
    } catch (StatusException e) {
      throw new Failure(
          ExitCode.ERROR,
          "failed to fetch endpoints from etcd cluster member list: "
              + EtcdException.text(e.status()));
    } catch (Failure e) {
      throw new Failure(ExitCode.ERROR, String.valueOf(e.getMessage()));
    }
  }
}
