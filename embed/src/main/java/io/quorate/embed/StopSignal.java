package io.quorate.embed;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The signals that ask a server to stop. {@code sun.misc.Signal} of {@code jdk.unsupported} is the
 * only way to hear one; it is named by reflection, since javac has a warning for it that cannot be
 * answered.
 */
enum StopSignal {
  TERM("terminated", 15),
  INT("interrupt", 2);

  private static final int SHELL_BASE = 128;

  /** USR2 is not among them: HotSpot has a use for it, and survives it. */
  private static final List<String> DROPPED =
      List.of("USR1", "ALRM", "VTALRM", "XCPU", "PROF", "IO", "PWR");

  private final String text;
  private final int number;

  StopSignal(String text, int number) {
    this.text = text;
    this.number = number;
  }

  /** As Go prints it. */
  String text() {
    return text;
  }

  /**
   * From now on a signal that Go lets end a process ends this one, as killed by it, and one that Go
   * drops is dropped. The JVM's own handlers would end it with an exit code, and most of the others
   * would kill it.
   */
  static void likeGo() {
    // The kernel keeps signals without a handler from the first process of a container.
    List<String> fatal =
        ProcessHandle.current().pid() == 1 ? List.of() : List.of("TERM", "INT", "HUP");
    try {
      var signals = new Signals();
      for (String each : fatal) {
        signals.handle(each, signals.constant("SIG_DFL"));
      }
      for (String each : DROPPED) {
        signals.handle(each, signals.constant("SIG_IGN"));
      }
    } catch (InvocationTargetException e) {
      // This JVM needs the signal itself; what it does then is its own affair.
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this runtime lacks jdk.unsupported", e);
    }
  }

  /** From now on the first signal completes {@code stop}; further ones are ignored. */
  static void catchInto(CompletableFuture<StopSignal> stop) {
    try {
      var signals = new Signals();
      for (StopSignal each : values()) {
        Object handler =
            Proxy.newProxyInstance(
                StopSignal.class.getClassLoader(),
                new Class<?>[] {signals.handlerType},
                (proxy, method, arguments) -> {
                  stop.complete(each);
                  return null;
                });
        signals.handle(each.name(), handler);
      }
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this runtime lacks jdk.unsupported", e);
    }
  }

  /**
   * Lets the signal end the process, so that whoever waits for it sees it killed by that signal;
   * returns the exit code for where it is not.
   */
  int raiseAgain() {
    try {
      var signals = new Signals();
      signals.handle(name(), signals.constant("SIG_DFL"));
      Linker linker = Linker.nativeLinker();
      MethodHandle raise =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("raise"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      int _ = (int) raise.invokeExact(number);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this runtime lacks jdk.unsupported", e);
    } catch (Throwable e) {
      throw new LinkageError("raise(3)", e);
    }
    return SHELL_BASE + number;
  }

  private static final class Signals {
    private final Class<?> type = Class.forName("sun.misc.Signal");
    private final Class<?> handlerType = Class.forName("sun.misc.SignalHandler");

    private Signals() throws ClassNotFoundException {}

    private void handle(String which, Object handler) throws ReflectiveOperationException {
      Object signal = type.getConstructor(String.class).newInstance(which);
      type.getMethod("handle", type, handlerType).invoke(null, signal, handler);
    }

    private Object constant(String name) throws ReflectiveOperationException {
      return handlerType.getField(name).get(null);
    }
  }
}
