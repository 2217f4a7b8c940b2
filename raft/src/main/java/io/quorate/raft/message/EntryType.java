package io.quorate.raft.message;

/** What an entry carries; the ordinal is the number on the wire. */
public enum EntryType {
  NORMAL("EntryNormal"),
  CONF_CHANGE("EntryConfChange"),
  CONF_CHANGE_V2("EntryConfChangeV2");

  private final String etcdName;

  EntryType(String etcdName) {
    this.etcdName = etcdName;
  }

  @Override
  public String toString() {
    return etcdName;
  }
}
