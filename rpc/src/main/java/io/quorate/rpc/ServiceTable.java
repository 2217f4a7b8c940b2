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
