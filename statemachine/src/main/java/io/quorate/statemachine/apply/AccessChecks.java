package io.quorate.statemachine.apply;

import io.quorate.statemachine.auth.Access;
import io.quorate.statemachine.auth.AuthError;
import io.quorate.statemachine.auth.AuthView;
import io.quorate.statemachine.auth.Identity;
import io.quorate.statemachine.lease.Key;
import io.quorate.statemachine.lease.Lease;
import io.quorate.statemachine.lease.Lessor;
import io.quorate.statemachine.request.Compare;
import io.quorate.statemachine.request.DeleteRange;
import io.quorate.statemachine.request.Op;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.Txn;
import java.util.List;
import java.util.Optional;

/**
 * What rights a request needs, and whether its caller has them (spec/server.md 5.4, spec/api.md
 * 12.4). Each check answers why not, or nothing. Made for one request; any thread.
 */
public final class AccessChecks {
  private static final byte[] NO_END = {};

  private final AuthView view;
  private final Lessor lessor;
  private final Identity caller;

  public AccessChecks(AuthView view, Lessor lessor, Identity caller) {
    this.view = view;
    this.lessor = lessor;
    this.caller = caller;
  }

  public Optional<AuthError> check(Range range) {
    return view.check(caller, Access.READ, range.key(), range.rangeEnd());
  }

  /**
   * A put needs the right to write every key that its lease has by now: else one could give
   * somebody else's keys a companion, and could not revoke the lease.
   */
  public Optional<AuthError> check(Put put) {
    Optional<AuthError> error = view.check(caller, Access.WRITE, put.key(), NO_END);
    if (error.isEmpty() && put.lease() != 0) {
      error = checkLeaseKeys(put.lease(), Access.WRITE);
    }
    if (error.isEmpty() && put.prevKv()) {
      error = view.check(caller, Access.READ, put.key(), NO_END);
    }
    return error;
  }

  public Optional<AuthError> check(DeleteRange delete) {
    Optional<AuthError> error = view.check(caller, Access.WRITE, delete.key(), delete.rangeEnd());
    return error.isEmpty() && delete.prevKv()
        ? view.check(caller, Access.READ, delete.key(), delete.rangeEnd())
        : error;
  }

  /** Both branches, whichever will be taken, and all that is nested in them. */
  public Optional<AuthError> check(Txn txn) {
    for (Compare compare : txn.compares()) {
      Optional<AuthError> error =
          view.check(caller, Access.READ, compare.key(), compare.rangeEnd());
      if (error.isPresent()) {
        return error;
      }
    }
    Optional<AuthError> error = check(txn.success());
    return error.isPresent() ? error : check(txn.failure());
  }

  private Optional<AuthError> check(List<Op> ops) {
    for (Op op : ops) {
      Optional<AuthError> error =
          switch (op) {
            case Range range -> check(range);
            case Put put -> check(put);
            case DeleteRange delete -> check(delete);
            case Txn txn -> check(txn);
            case Op.None _ -> Optional.empty();
          };
      if (error.isPresent()) {
        return error;
      }
    }
    return Optional.empty();
  }

  /**
   * Every key attached to a lease; one that does not exist has none. Administrators are not asked
   * for each, and so not whether their auth revision is old.
   */
  public Optional<AuthError> checkLeaseKeys(long leaseId, Access access) {
    if (view.checkAdmin(caller).isEmpty()) {
      return Optional.empty();
    }
    Optional<Lease> lease = lessor.lease(leaseId);
    return lease.isEmpty() ? Optional.empty() : checkKeys(lease.get(), access);
  }

  private Optional<AuthError> checkKeys(Lease lease, Access access) {
    for (Key key : lease.keys()) {
      Optional<AuthError> error = view.check(caller, access, key.bytes(), NO_END);
      if (error.isPresent()) {
        return error;
      }
    }
    return Optional.empty();
  }
}
