package io.quorate.statemachine.request;

import java.util.List;
import java.util.Optional;

/** What a request must satisfy before it is looked at any further (spec/api.md 7.3–7.6). */
public final class RequestChecks {
  private RequestChecks() {}

  public static Optional<RequestError> check(Range range) {
    if (range.key().length == 0) {
      return Optional.of(RequestError.KEY_NOT_PROVIDED);
    }
    if (range.sortOrder() < Range.SORT_NONE
        || range.sortOrder() > Range.SORT_DESCEND
        || range.sortTarget() < Range.TARGET_KEY
        || range.sortTarget() > Range.TARGET_VALUE) {
      return Optional.of(RequestError.INVALID_SORT_OPTION);
    }
    return Optional.empty();
  }

  public static Optional<RequestError> check(Put put) {
    if (put.key().length == 0) {
      return Optional.of(RequestError.KEY_NOT_PROVIDED);
    }
    if (put.ignoreValue() && put.value().length != 0) {
      return Optional.of(RequestError.VALUE_PROVIDED);
    }
    if (put.ignoreLease() && put.lease() != 0) {
      return Optional.of(RequestError.LEASE_PROVIDED);
    }
    return Optional.empty();
  }

  public static Optional<RequestError> check(DeleteRange delete) {
    return delete.key().length == 0 ? Optional.of(RequestError.KEY_NOT_PROVIDED) : Optional.empty();
  }

  /**
   * @param maxOps {@code --max-txn-ops}: for each list, and for a nested transaction what its
   *     parent has left
   */
  public static Optional<RequestError> check(Txn txn, int maxOps) {
    Optional<RequestError> form = checkForm(txn, maxOps);
    return form.isPresent() ? form : TxnOverlap.check(txn);
  }

  private static Optional<RequestError> checkForm(Txn txn, int maxOps) {
    int ops = Math.max(txn.compares().size(), Math.max(txn.success().size(), txn.failure().size()));
    if (ops > maxOps) {
      return Optional.of(RequestError.TOO_MANY_OPERATIONS);
    }
    for (Compare compare : txn.compares()) {
      if (compare.key().length == 0) {
        return Optional.of(RequestError.KEY_NOT_PROVIDED);
      }
    }
    Optional<RequestError> error = checkForm(txn.success(), maxOps - ops);
    return error.isPresent() ? error : checkForm(txn.failure(), maxOps - ops);
  }

  private static Optional<RequestError> checkForm(List<Op> list, int nestedMaxOps) {
    for (Op op : list) {
      Optional<RequestError> error =
          switch (op) {
            case Range range -> check(range);
            case Put put -> check(put);
            case DeleteRange delete -> check(delete);
            case Txn nested -> checkForm(nested, nestedMaxOps);
            case Op.None _ -> Optional.of(RequestError.KEY_NOT_FOUND);
          };
      if (error.isPresent()) {
        return error;
      }
    }
    return Optional.empty();
  }
}
