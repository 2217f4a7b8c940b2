package io.quorate.embed;

import io.quorate.io.os.UnixDatagrams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;

/** Tells systemd that the member is ready: {@code READY=1} to {@code $NOTIFY_SOCKET}. */
final class InitDaemon {
  private static final byte[] READY = "READY=1".getBytes(StandardCharsets.US_ASCII);

  private InitDaemon() {}

  /**
   * @param socket the variable's value, empty if it is not set: then nothing is sent
   */
  static void notify(String socket, Logger log) {
    log.atInfo().log("notifying init daemon");
    if (!socket.isEmpty()) {
      try (var daemon = new UnixDatagrams(socket)) {
        daemon.send(READY);
      } catch (IOException e) {
        log.atError()
            .addKeyValue("error", e.getMessage())
            .log("failed to notify systemd for readiness");
        return;
      }
    }
    log.atInfo().log("successfully notified init daemon");
  }
}
