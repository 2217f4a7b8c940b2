package io.quorate.etcdctl;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Proxy;

/**
 * What signals do to this process: {@code INT}, {@code TERM} and so on. A JVM with {@code -Xrs}
 * hears none, and they end it; the launcher leaves that flag out for commands that answer signals.
 *
 * <p>{@code sun.misc.Signal} of {@code jdk.unsupported} is the only way to hear one; it is named by
 * reflection, since javac has a warning for it that cannot be answered.
 */
public final class Signals {
  /** Set by the launcher where it has left out {@code -Xrs}. */
  private static final String HEARD = "quorate.signals";

  private Signals() {}

  /** Commands start as with {@code -Xrs}, whatever the launcher has expected of them. */
  static void startUnheard() {
    if (System.getProperty(HEARD) != null) {
      unhear("HUP", "INT", "TERM");
    }
  }

  /**
   * From now on such a signal has {@code action} run in a thread of its own, even where the caller
   * of this program has them ignored, as a shell does for its background jobs.
   */
  public static void hear(Runnable action, String... names) {
    handle(
        handlers ->
            Proxy.newProxyInstance(
                Signals.class.getClassLoader(),
                new Class<?>[] {handlers},
                (_, method, _) -> {
                  if (method.getName().equals("handle")) {
                    action.run();
                  }
                  return null;
                }),
        true,
        names);
  }

  /** From now on such a signal ends the process, unless its caller has it ignored. */
  public static void unhear(String... names) {
    handle(handlers -> handlers.getField("SIG_DFL").get(null), false, names);
  }

  private interface Handler {
    Object of(Class<?> handlers) throws ReflectiveOperationException;
  }

  private static void handle(Handler handler, boolean evenIgnored, String... names) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object ignored = handlers.getField("SIG_IGN").get(null);
      var handle = type.getMethod("handle", type, handlers);
      Object wanted = handler.of(handlers);
      for (String name : names) {
        Object signal = type.getConstructor(String.class).newInstance(name);
        if (ignored.equals(handle.invoke(null, signal, wanted)) && evenIgnored) {
          // The JVM leaves it so, until it looks again.
          reset((int) type.getMethod("getNumber").invoke(signal));
          handle.invoke(null, signal, wanted);
        }
      }
    } catch (java.lang.reflect.InvocationTargetException _) {
      // -Xrs: signals end the process
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this runtime lacks jdk.unsupported", e);
    }
  }

  /** {@code signal(number, SIG_DFL)}. */
  private static void reset(int number) {
    Linker linker = Linker.nativeLinker();
    MethodHandle signal =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("signal"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try {
      MemorySegment _ = (MemorySegment) signal.invokeExact(number, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new LinkageError("signal(2)", e);
    }
  }
}
