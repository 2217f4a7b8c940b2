package io.quorate.statemachine.request;

/** Why a request is refused before anything is proposed; {@code server} has the words. */
public enum RequestError {
  /** A range, put, delete or compare without a key. */
  KEY_NOT_PROVIDED,
  /** An operation of a transaction that asks for nothing. */
  KEY_NOT_FOUND,
  /** ignore_value together with a value. */
  VALUE_PROVIDED,
  /** ignore_lease together with a lease. */
  LEASE_PROVIDED,
  INVALID_SORT_OPTION,
  TOO_MANY_OPERATIONS,
  /** Two operations of a transaction would change the same key. */
  DUPLICATE_KEY
}
