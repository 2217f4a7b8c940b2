package io.quorate.cli.command;

/** How a tool's help pages look. */
public interface Usage {
  /** The page of the path's command. */
  String page(CommandPath path);
}
