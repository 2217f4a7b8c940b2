package io.quorate.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalsTest {
  private static void send(String name) throws Exception {
    String self = Long.toString(ProcessHandle.current().pid());
    assertThat(new ProcessBuilder("kill", "-" + name, self).start().waitFor()).isZero();
  }

  @Test
  void hearsWhatItsCallerIgnores() throws Exception {
    CountDownLatch twice = new CountDownLatch(2);
    ignore("USR2");
    send("USR2");
    Signals.hear(twice::countDown, "USR2");
    assertThat(twice.getCount()).isEqualTo(2);
    send("USR2");
    Signals.hear(twice::countDown, "USR2");
    send("USR2");
    assertThat(twice.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void doesNothingWhereTheVirtualMachineNeedsTheSignal() {
    Signals.hear(() -> {}, "SEGV");
    Signals.unhear("SEGV");
  }

  private static void ignore(String name) throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    type.getMethod("handle", type, handlers)
        .invoke(
            null,
            type.getConstructor(String.class).newInstance(name),
            handlers.getField("SIG_IGN").get(null));
  }
}
