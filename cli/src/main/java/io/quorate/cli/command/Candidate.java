package io.quorate.cli.command;

/**
 * A word that a shell may put at the place of the cursor.
 *
 * @param description shown beside it, may be empty
 */
public record Candidate(String word, String description) {}
