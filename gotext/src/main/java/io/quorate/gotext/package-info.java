/**
 * Go's ways with text that etcd's users and files see: JSON, durations, quoting, numbers and their
 * errors, URL lists, tables. Pure functions; any thread. Imports nothing of ours.
 */
@NullMarked
package io.quorate.gotext;

import org.jspecify.annotations.NullMarked;
