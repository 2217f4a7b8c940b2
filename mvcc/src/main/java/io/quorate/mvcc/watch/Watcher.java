package io.quorate.mvcc.watch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One watcher in a hub. Its state belongs to the hub's owner thread. */
public final class Watcher {
  /** Where it stands; it is in exactly one of the hub's groups. */
  enum State {
    /** Sent to the hub, not seen by it yet. */
    NEW,
    /** Has been given everything; gets each revision as it is published. */
    SYNCED,
    /** Behind; reads history from {@link #nextRevision} on. */
    UNSYNCED,
    /** Its channel was full; holds the batch that must go first. */
    VICTIM,
    /** Ended by a compaction; its owner has not cancelled it yet. */
    COMPACTED,
    /** Cancelled. */
    GONE
  }

  private final WatchRequest request;
  final WatchChannel channel;
  State state = State.NEW;

  /** Everything below it was given, or is of no interest. While synced the hub's own counts too. */
  long nextRevision;

  /** Of a victim. */
  @Nullable WatchBatch parked;

  /** Events found for it in what is being distributed. */
  List<WatchEvent> found = new ArrayList<>();

  /** While it catches up: distinct revisions and bytes in {@link #found}, the newest of them. */
  int foundRevisions;

  long foundBytes;
  long foundLast;

  /** While it catches up: not 0 if it has enough for now; the first revision it has not seen. */
  long stoppedAt;

  Watcher(WatchRequest request, WatchChannel channel) {
    this.request = request;
    this.channel = channel;
    this.nextRevision = request.startRevision();
  }

  WatchRequest request() {
    return request;
  }

  /** The name its stream gave it. */
  public long id() {
    return request.id();
  }

  public boolean wantsPrevious() {
    return request.previous();
  }

  boolean wants(WatchEvent event) {
    return event.isDelete() ? !request.noDelete() : !request.noPut();
  }

  List<WatchEvent> takeFound() {
    List<WatchEvent> taken = found;
    found = new ArrayList<>();
    foundRevisions = 0;
    foundBytes = 0;
    foundLast = 0;
    stoppedAt = 0;
    return taken;
  }

  @Override
  public String toString() {
    return "watcher " + request.id() + " " + state + " from " + nextRevision;
  }
}
