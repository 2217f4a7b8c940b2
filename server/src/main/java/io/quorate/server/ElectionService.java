package io.quorate.server;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.RangeResponse;
import io.quorate.api.etcdserverpb.ResponseHeader;
import io.quorate.api.mvccpb.KeyValue;
import io.quorate.api.v3electionpb.CampaignResponse;
import io.quorate.api.v3electionpb.LeaderKey;
import io.quorate.api.v3electionpb.LeaderResponse;
import io.quorate.api.v3electionpb.ProclaimResponse;
import io.quorate.api.v3electionpb.ResignResponse;
import io.quorate.client.recipes.Election;
import io.quorate.client.recipes.RecipeException;
import io.quorate.rpc.Channel;
import io.quorate.rpc.Code;
import io.quorate.rpc.Method;
import io.quorate.rpc.Payload;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.statemachine.request.ProtoReader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** v3electionpb.Election (spec/api.md 13). */
final class ElectionService {
  private static final String SERVICE = "/v3electionpb.Election/";
  private static final Status NO_LEADER_FIELD =
      new Status(Code.UNKNOWN, "\"leader\" field must be provided");
  private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(10).toNanos();

  private final Channel own;

  /**
   * @param own this member's services, below the checks that every call passes
   */
  ElectionService(Channel own) {
    this.own = own;
  }

  void addTo(ServiceTable table) {
    table.add(SERVICE + "Campaign", Method.Kind.UNARY, Waiting.of(own, this::campaign));
    table.add(SERVICE + "Proclaim", Method.Kind.UNARY, Waiting.of(own, this::proclaim));
    table.add(SERVICE + "Leader", Method.Kind.UNARY, Waiting.of(own, this::leader));
    table.add(SERVICE + "Observe", Method.Kind.SERVER_STREAM, Waiting.of(own, this::observe));
    table.add(SERVICE + "Resign", Method.Kind.UNARY, Waiting.of(own, this::resign));
  }

  private void campaign(byte[] bytes, CallerChannel services, ServerCall call) {
    var in = new ProtoReader("CampaignRequest", bytes);
    ByteString name = ByteString.EMPTY;
    long lease = 0;
    ByteString value = ByteString.EMPTY;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> name = ByteString.copyFrom(in.bytes("Name"));
        case 2 -> lease = in.number("Lease");
        case 3 -> value = ByteString.copyFrom(in.bytes("Value"));
        default -> in.skip();
      }
    }
    Election election = new Election(services, name);
    Election.Leadership won = election.campaign(ShortLease.orNew(services, lease), value);
    if (call.isEnded()) {
      election.resign(won.key(), won.revision()); // nobody is there any more to lead
      return;
    }
    Unary.reply(
        call,
        CampaignResponse.newBuilder()
            .setHeader(won.header())
            .setLeader(
                LeaderKey.newBuilder()
                    .setName(name)
                    .setKey(won.key())
                    .setRev(won.revision())
                    .setLease(won.lease()))
            .build()
            .toByteArray());
  }

  /** The LeaderKey that a caller shows, and the value of a proclamation. */
  private record Claim(Optional<LeaderKey> leader, ByteString value) {
    static Claim decode(String message, byte[] bytes) {
      var in = new ProtoReader(message, bytes);
      Optional<LeaderKey> leader = Optional.empty();
      ByteString value = ByteString.EMPTY;
      boolean hasValue = message.equals("ProclaimRequest");
      for (int field; (field = in.next()) != 0; ) {
        if (field == 1) {
          leader = Optional.of(leaderKey(in.message("Leader", "LeaderKey")));
        } else if (field == 2 && hasValue) {
          value = ByteString.copyFrom(in.bytes("Value"));
        } else {
          in.skip();
        }
      }
      return new Claim(leader, value);
    }

    private static LeaderKey leaderKey(ProtoReader in) {
      var key = LeaderKey.newBuilder();
      for (int field; (field = in.next()) != 0; ) {
        switch (field) {
          case 1 -> key.setName(ByteString.copyFrom(in.bytes("Name")));
          case 2 -> key.setKey(ByteString.copyFrom(in.bytes("Key")));
          case 3 -> key.setRev(in.number("Rev"));
          case 4 -> key.setLease(in.number("Lease"));
          default -> in.skip();
        }
      }
      return key.build();
    }

    LeaderKey orRefuse() {
      return leader.orElseThrow(() -> new StatusException(NO_LEADER_FIELD));
    }
  }

  private void proclaim(byte[] bytes, CallerChannel services, ServerCall call) {
    Claim claim = Claim.decode("ProclaimRequest", bytes);
    LeaderKey leader = claim.orRefuse();
    long lease = ShortLease.orNew(services, leader.getLease());
    ResponseHeader header =
        new Election(services, leader.getName())
            .proclaim(leader.getKey(), leader.getRev(), lease, claim.value());
    Unary.reply(call, ProclaimResponse.newBuilder().setHeader(header).build().toByteArray());
  }

  private void resign(byte[] bytes, CallerChannel services, ServerCall call) {
    LeaderKey leader = Claim.decode("ResignRequest", bytes).orRefuse();
    ShortLease.orNew(services, leader.getLease()); // of no use, but etcd's callers get one
    ResponseHeader header =
        new Election(services, leader.getName()).resign(leader.getKey(), leader.getRev());
    Unary.reply(call, ResignResponse.newBuilder().setHeader(header).build().toByteArray());
  }

  private static ByteString leaderName(byte[] bytes) {
    var in = new ProtoReader("LeaderRequest", bytes);
    ByteString name = ByteString.EMPTY;
    for (int field; (field = in.next()) != 0; ) {
      if (field == 1) {
        name = ByteString.copyFrom(in.bytes("Name"));
      } else {
        in.skip();
      }
    }
    return name;
  }

  private void leader(byte[] bytes, CallerChannel services, ServerCall call) {
    RangeResponse first = new Election(services, leaderName(bytes)).leader();
    Unary.reply(call, said(first.getHeader(), first.getKvs(0)));
  }

  private void observe(byte[] bytes, CallerChannel services, ServerCall call) {
    ByteString name = leaderName(bytes);
    try {
      new Election(services, name)
          .observe((header, keyValue, isRead) -> {
            // A caller who does not listen holds up this thread alone.
            while (!call.isEnded() && !call.isWritable()) {
              LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
            call.send(Payload.of(said(header, keyValue)));
          });
    } catch (StatusException | RecipeException _) {
      call.finish(Status.OK); // whatever it was, etcd says no more than that it is over
    }
  }

  private static byte[] said(ResponseHeader header, KeyValue keyValue) {
    return LeaderResponse.newBuilder().setHeader(header).setKv(keyValue).build().toByteArray();
  }
}
