package io.quorate.statemachine.membership;

import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The membership after some entry. Immutable; what a change makes of it is another view. The v3 and
 * the v2 store both hold one, and one set of rules changes both (#19557 was a rule in one only).
 *
 * @param members by id, in unsigned order
 * @param removed ids that may never come back
 * @param clusterVersion unknown until the first leader has set it
 */
public record MembershipView(
    SortedMap<Long, Member> members,
    SortedSet<Long> removed,
    Optional<Version> clusterVersion,
    Downgrade downgrade) {

  public static final MembershipView EMPTY =
      new MembershipView(
          new TreeMap<>(Long::compareUnsigned),
          new TreeSet<>(Long::compareUnsigned),
          Optional.empty(),
          Downgrade.NONE);

  public MembershipView {
    NavigableMap<Long, Member> sortedMembers = new TreeMap<>(Long::compareUnsigned);
    sortedMembers.putAll(members);
    NavigableSet<Long> sortedRemoved = new TreeSet<>(Long::compareUnsigned);
    sortedRemoved.addAll(removed);
    members = Collections.unmodifiableSortedMap(sortedMembers);
    removed = Collections.unmodifiableSortedSet(sortedRemoved);
  }

  public Optional<Member> member(long id) {
    return Optional.ofNullable(members.get(id));
  }

  /** All members, by id. */
  public List<Member> list() {
    return List.copyOf(members.values());
  }

  public List<Member> voters() {
    return members.values().stream().filter(member -> !member.isLearner()).toList();
  }

  public List<Member> learners() {
    return members.values().stream().filter(Member::isLearner).toList();
  }

  /** Whether there is nobody but the member {@code id}. */
  public boolean isOnly(long id) {
    return members.size() == 1 && members.containsKey(id);
  }

  public boolean isLearner(long id) {
    Member member = members.get(id);
    return member != null && member.isLearner();
  }

  /**
   * Whether a committed change may take effect (spec/peer.md 8.2).
   *
   * @param maxLearners {@code --max-learners}
   */
  Optional<MembershipError> check(
      ConfChange change, Optional<Member.Context> context, int maxLearners) {
    long id = change.nodeId();
    if (removed.contains(id)) {
      return Optional.of(MembershipError.ID_REMOVED);
    }
    Member existing = members.get(id);
    return switch (change.type()) {
      case ADD_NODE, ADD_LEARNER_NODE -> {
        Member.Context member = context.orElseThrow();
        if (member.promote()) {
          yield existing == null
              ? Optional.of(MembershipError.ID_NOT_FOUND)
              : existing.isLearner()
                  ? Optional.empty()
                  : Optional.of(MembershipError.NOT_A_LEARNER);
        }
        if (existing != null) {
          yield Optional.of(MembershipError.ID_EXISTS);
        }
        if (anyPeerUrlOfOthers(id, member.member().peerUrls())) {
          yield Optional.of(MembershipError.PEER_URL_EXISTS);
        }
        yield change.type() == ConfChangeType.ADD_LEARNER_NODE
                && member.member().isLearner()
                && learners().size() + 1 > maxLearners
            ? Optional.of(MembershipError.TOO_MANY_LEARNERS)
            : Optional.empty();
      }
      case REMOVE_NODE ->
          existing == null ? Optional.of(MembershipError.ID_NOT_FOUND) : Optional.empty();
      case UPDATE_NODE -> {
        if (existing == null) {
          yield Optional.of(MembershipError.ID_NOT_FOUND);
        }
        yield anyPeerUrlOfOthers(id, context.orElseThrow().member().peerUrls())
            ? Optional.of(MembershipError.PEER_URL_EXISTS)
            : Optional.empty();
      }
    };
  }

  private boolean anyPeerUrlOfOthers(long id, Collection<String> urls) {
    return members.values().stream()
        .anyMatch(member -> member.id() != id && !Collections.disjoint(member.peerUrls(), urls));
  }

  /** What a change that {@link #check} accepts makes of this. */
  MembershipView with(ConfChange change, Optional<Member.Context> context) {
    long id = change.nodeId();
    return switch (change.type()) {
      case ADD_NODE, ADD_LEARNER_NODE -> {
        Member.Context added = context.orElseThrow();
        yield with(added.promote() ? existing(id).promoted() : added.member());
      }
      case UPDATE_NODE ->
          with(existing(id).withPeerUrls(context.orElseThrow().member().peerUrls()));
      case REMOVE_NODE -> without(id);
    };
  }

  private Member existing(long id) {
    return member(id)
        .orElseThrow(() -> new AssertionError("member " + Member.hex(id) + " was checked"));
  }

  MembershipView with(Member member) {
    NavigableMap<Long, Member> changed = new TreeMap<>(members);
    changed.put(member.id(), member);
    return new MembershipView(changed, removed, clusterVersion, downgrade);
  }

  private MembershipView without(long id) {
    NavigableMap<Long, Member> changed = new TreeMap<>(members);
    changed.remove(id);
    NavigableSet<Long> gone = new TreeSet<>(removed);
    gone.add(id);
    return new MembershipView(changed, gone, clusterVersion, downgrade);
  }

  MembershipView with(Version version) {
    return new MembershipView(members, removed, Optional.of(version), downgrade);
  }

  MembershipView with(Downgrade newDowngrade) {
    return new MembershipView(members, removed, clusterVersion, newDowngrade);
  }
}
