/** What operators do to members: alarms, defragmentation, leadership, snapshots (spec/ctl.md 5). */
@NullMarked
package io.quorate.etcdctl.maintenance;

import org.jspecify.annotations.NullMarked;
