/**
 * {@code endpoint …}: what each member says of itself (spec/ctl.md 5.2). Start at {@link
 * io.quorate.etcdctl.endpoint.EndpointGroup}.
 */
@NullMarked
package io.quorate.etcdctl.endpoint;

import org.jspecify.annotations.NullMarked;
