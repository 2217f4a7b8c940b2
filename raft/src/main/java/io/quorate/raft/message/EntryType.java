package io.quorate.raft.message;

/** What an entry carries; the ordinal is the number on the wire. */
public enum EntryType {
  NORMAL,
  CONF_CHANGE,
  CONF_CHANGE_V2
}
