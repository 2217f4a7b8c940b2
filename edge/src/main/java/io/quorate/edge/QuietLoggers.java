package io.quorate.edge;

import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;

/** Netty's loggers, saying nothing: what matters about a connection is told by {@code edge}. */
final class QuietLoggers extends InternalLoggerFactory {
  @Override
  protected InternalLogger newInstance(String name) {
    return new Quiet(name);
  }

  private static final class Quiet extends AbstractInternalLogger {
    private static final long serialVersionUID = 1;

    Quiet(String name) {
      super(name);
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public void trace(String message) {}

    @Override
    public void trace(String format, Object argument) {}

    @Override
    public void trace(String format, Object first, Object second) {}

    @Override
    public void trace(String format, Object... arguments) {}

    @Override
    public void trace(String message, Throwable cause) {}

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public void debug(String message) {}

    @Override
    public void debug(String format, Object argument) {}

    @Override
    public void debug(String format, Object first, Object second) {}

    @Override
    public void debug(String format, Object... arguments) {}

    @Override
    public void debug(String message, Throwable cause) {}

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public void info(String message) {}

    @Override
    public void info(String format, Object argument) {}

    @Override
    public void info(String format, Object first, Object second) {}

    @Override
    public void info(String format, Object... arguments) {}

    @Override
    public void info(String message, Throwable cause) {}

    @Override
    public boolean isWarnEnabled() {
      return false;
    }

    @Override
    public void warn(String message) {}

    @Override
    public void warn(String format, Object argument) {}

    @Override
    public void warn(String format, Object first, Object second) {}

    @Override
    public void warn(String format, Object... arguments) {}

    @Override
    public void warn(String message, Throwable cause) {}

    @Override
    public boolean isErrorEnabled() {
      return false;
    }

    @Override
    public void error(String message) {}

    @Override
    public void error(String format, Object argument) {}

    @Override
    public void error(String format, Object first, Object second) {}

    @Override
    public void error(String format, Object... arguments) {}

    @Override
    public void error(String message, Throwable cause) {}
  }
}
