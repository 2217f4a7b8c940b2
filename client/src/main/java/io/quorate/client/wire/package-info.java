/**
 * Protobuf fields by hand, for what must start fast: etcdctl and the client's own calls. Strict
 * about lengths, silent about fields that nobody asks for.
 */
@NullMarked
package io.quorate.client.wire;

import org.jspecify.annotations.NullMarked;
