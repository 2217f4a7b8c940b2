package io.quorate.statemachine.request;

/** One operation of a transaction. */
public sealed interface Op permits Range, Put, DeleteRange, Txn, Op.None {
  /** A RequestOp with nothing in it; validation refuses it. */
  record None() implements Op {}
}
