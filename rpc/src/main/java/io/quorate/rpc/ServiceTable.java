package io.quorate.rpc;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Methods by full name. Filled once, then read from any thread. */
public final class ServiceTable {
  private final Map<String, Method> methods = new LinkedHashMap<>();

  public ServiceTable add(String fullName, Method.Kind kind, CallHandler handler) {
    if (methods.put(fullName, new Method(fullName, kind, handler)) != null) {
      throw new IllegalArgumentException("twice in the table: " + fullName);
    }
    return this;
  }

  public Optional<Method> method(String fullName) {
    return Optional.ofNullable(methods.get(fullName));
  }

  /** Whether any method belongs to {@code service}, for example {@code etcdserverpb.KV}. */
  public boolean hasService(String service) {
    return methods.values().stream().anyMatch(method -> method.service().equals(service));
  }

  /** The status of a call to {@code fullName}, which is not in the table, in Go's words. */
  public Status unknown(String fullName) {
    int slash = fullName.lastIndexOf('/');
    if (slash < 1 || fullName.charAt(0) != '/') {
      return new Status(Code.UNIMPLEMENTED, "malformed method name: \"" + fullName + "\"");
    }
    String service = fullName.substring(1, slash);
    return new Status(
        Code.UNIMPLEMENTED,
        hasService(service)
            ? "unknown method " + fullName.substring(slash + 1) + " for service " + service
            : "unknown service " + service);
  }

  public Collection<Method> methods() {
    return methods.values();
  }

  /** The same table with every handler wrapped: how interceptors are put in a row. */
  public ServiceTable intercepted(UnaryOperator<Method> interceptor) {
    var wrapped = new ServiceTable();
    for (Method method : methods.values()) {
      Method result = interceptor.apply(method);
      wrapped.add(result.fullName(), result.kind(), result.handler());
    }
    return wrapped;
  }
}
