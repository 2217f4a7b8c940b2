/**
 * {@code lock} and {@code elect} (spec/ctl.md 6): both hold a lease while they run, and end well on
 * a signal. They live long, so they may use the whole client with its generated messages.
 */
@NullMarked
package io.quorate.etcdctl.concurrency;

import org.jspecify.annotations.NullMarked;
