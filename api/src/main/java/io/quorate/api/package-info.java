/**
 * etcd's .proto files (in {@code src/main/proto}, and in the jar beside the classes) and the
 * messages generated from them; nothing by hand. The packages below are named after the proto
 * packages. Strings are not checked for UTF-8 in either direction: {@code getXBytes} is what was
 * sent. Kept out of {@code raft}, {@code wal}, {@code bolt}, {@code backend} and {@code mvcc}, and
 * off the paths of put, range and watch.
 */
@NullMarked
package io.quorate.api;

import org.jspecify.annotations.NullMarked;
