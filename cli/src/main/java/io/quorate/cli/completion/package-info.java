/**
 * What a shell is told when the user presses TAB (spec/ctl.md 10): scripts for four shells, and the
 * hidden commands that these ask. May import {@code cli.command}. Start at {@link
 * io.quorate.cli.completion.Completion}.
 */
@NullMarked
package io.quorate.cli.completion;

import org.jspecify.annotations.NullMarked;
