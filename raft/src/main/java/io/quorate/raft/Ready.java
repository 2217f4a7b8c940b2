package io.quorate.raft;

import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.Snapshot;
import java.util.List;
import java.util.Optional;

/**
 * What a node wants done. Taking it from {@link RawNode#ready} counts as having accepted all of it.
 *
 * <p>There are two ways to serve it.
 *
 * <p><b>Synchronously:</b> make {@code hardState}, {@code entries} and {@code snapshot} durable;
 * send {@code messages} then, or if this node leads, before or meanwhile (thesis §10.2.1); send
 * {@code afterAppend} only then; apply {@code committed}; call {@link RawNode#advance}; ask for the
 * next.
 *
 * <p><b>Asynchronously</b> ({@link Config#asyncStorageWrites}): send {@code messages} at once; hand
 * {@code storageAppend} to the writer of the log and {@code storageApply} to the applier, each in
 * order; go on. When a write is durable and in {@link io.quorate.raft.log.Storage}, call {@link
 * RawNode#appended} and send what that returns; when a batch is applied, call {@link
 * RawNode#applied}. The fields {@code hardState}, {@code entries}, {@code snapshot} and {@code
 * committed} only repeat what the two hold, and {@code afterAppend} is empty. There is no {@code
 * advance}.
 *
 * <p>In both ways the state machine sees things in the order of their Readys: a snapshot comes
 * after the batches that were handed out before it, however long those take. While a snapshot is on
 * its way no batch is handed out.
 *
 * @param softState present if it changed
 * @param hardState present if it changed
 * @param readStates answers to ReadIndex
 * @param entries to append in order, overwriting from the first index on
 * @param snapshot takes the place of the whole log, before {@code entries}
 * @param committed to apply in index order
 * @param messages may leave at once, as far as this field's way of serving says
 * @param afterAppend may leave once all of this and of every earlier Ready is durable
 * @param storageAppend for the writer of the log
 * @param storageApply for the applier
 * @param mustSync whether durability needs an fsync; a new commit index alone does not
 */
public record Ready(
    Optional<SoftState> softState,
    Optional<HardState> hardState,
    List<ReadState> readStates,
    List<Entry> entries,
    Optional<Snapshot> snapshot,
    List<Entry> committed,
    List<Message> messages,
    List<Message> afterAppend,
    Optional<Message.StorageAppend> storageAppend,
    Optional<Message.StorageApply> storageApply,
    boolean mustSync) {
  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return softState.isEmpty()
        && hardState.isEmpty()
        && readStates.isEmpty()
        && entries.isEmpty()
        && snapshot.isEmpty()
        && committed.isEmpty()
        && messages.isEmpty()
        && afterAppend.isEmpty()
        && storageAppend.isEmpty()
        && storageApply.isEmpty();
  }

  Ready with(
      List<Message> waiting,
      Optional<Message.StorageAppend> append,
      Optional<Message.StorageApply> apply) {
    return new Ready(
        softState,
        hardState,
        readStates,
        entries,
        snapshot,
        committed,
        messages,
        waiting,
        append,
        apply,
        mustSync);
  }
}
