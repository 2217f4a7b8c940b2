package io.quorate.client.recipes;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.ResponseHeader;
import io.quorate.api.mvccpb.KeyValue;
import java.util.Optional;

/**
 * One's place among those who wait for a name.
 *
 * @param createRevision of the key, by which places are ordered
 * @param existing the key as it was, if it was there before
 * @param isFirst whether nobody stood before when it was taken
 * @param header of the transaction that took it
 */
record Place(
    ByteString key,
    long createRevision,
    Optional<KeyValue> existing,
    boolean isFirst,
    ResponseHeader header) {}
