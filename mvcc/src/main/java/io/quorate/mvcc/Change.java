package io.quorate.mvcc;

/**
 * One put or delete, as watchers need it.
 *
 * @param keyValue what an event carries: the encoded record of a put; key and mod_revision of a
 *     delete
 * @param created whether it is a put that began a generation: there is no previous record then
 */
public record Change(
    long main, long sub, boolean tombstone, boolean created, byte[] key, byte[] keyValue) {}
