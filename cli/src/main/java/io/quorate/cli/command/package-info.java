/**
 * A tool of commands as Go's cobra and pflag make them: {@link
 * io.quorate.cli.command.CommandFinder} finds the {@link io.quorate.cli.command.Command} that a
 * command line names, {@link io.quorate.cli.command.Flags} takes its flags, and {@link
 * io.quorate.cli.command.Tool}, where to start, runs it and words what goes wrong (spec/ctl.md 1).
 *
 * <p>All of this is on the start-up path of etcdctl: no reflection, no lambdas, and no class of a
 * command that was not named.
 */
@NullMarked
package io.quorate.cli.command;

import org.jspecify.annotations.NullMarked;
