package io.quorate.node;

/**
 * How far a member has applied its log.
 *
 * @param index of the last applied entry
 * @param term of the last entry applied since the process started; 0 before the first
 */
public record AppliedPoint(long index, long term) {}
