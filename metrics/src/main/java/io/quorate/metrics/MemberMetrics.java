package io.quorate.metrics;

import io.quorate.backend.BackendListener;
import io.quorate.edge.EdgeListener;
import io.quorate.metrics.registry.Counter;
import io.quorate.metrics.registry.Gauge;
import io.quorate.metrics.registry.Labelled;
import io.quorate.metrics.registry.Registry;
import io.quorate.mvcc.MvccListener;
import io.quorate.node.Member;
import io.quorate.peer.PeerListener;
import io.quorate.rpc.ServiceTable;
import io.quorate.server.Services;
import io.quorate.server.SlowRequests;
import io.quorate.server.http.HealthListener;
import io.quorate.server.http.MetricsPage;
import io.quorate.statemachine.ApplyListener;
import io.quorate.wal.WalListener;

/** The metrics of one member. Listeners may be called from any thread. */
public final class MemberMetrics implements MetricsPage {
  private final Registry registry = new Registry();
  private final ServerMetrics server = new ServerMetrics(registry);
  private final DiskMetrics disk = new DiskMetrics(registry);
  private final StoreMetrics store = new StoreMetrics(registry);
  private final LeaseMetrics leases = new LeaseMetrics(registry);
  private final AlarmMetrics alarms = new AlarmMetrics(registry);
  private final MembershipMetrics membership = new MembershipMetrics(registry);
  private final PeerMetrics peers = new PeerMetrics(registry);
  private final GrpcMetrics grpc;
  private final ProcessMetrics process = new ProcessMetrics(registry);
  private final Gauge scrapesInFlight;
  private final Labelled<Counter> scrapes;
  private final Labelled<Gauge> features;

  /**
   * @param extensive {@code --metrics=extensive}: how long calls take is measured too
   */
  public MemberMetrics(boolean extensive) {
    grpc = new GrpcMetrics(registry, server, extensive);
    features = server.features();
    IdleMetrics.addTo(registry);
    JvmMetrics.addTo(registry);
    GoMetrics.addTo(registry);
    scrapesInFlight =
        registry.gauge(
            "promhttp_metric_handler_requests_in_flight",
            "Current number of scrapes being served.");
    scrapes =
        registry.counters(
            "promhttp_metric_handler_requests_total",
            "Total number of scrapes by HTTP status code.",
            "code");
    scrapes.with("200");
    scrapes.with("500");
    scrapes.with("503");
  }

  /**
   * @param self the member whose network it is
   */
  public PeerListener peers(long self) {
    return peers.listener(self);
  }

  @Override
  public byte[] text() {
    return registry.text();
  }

  @Override
  public byte[] protobuf() {
    return registry.protobuf();
  }

  @Override
  public void asked() {
    scrapesInFlight.add(1);
  }

  @Override
  public void answered(int status) {
    scrapesInFlight.add(-1);
    scrapes.with(Integer.toString(status)).inc();
  }

  /** Adds what {@code member} is asked for, and listens to it. Before its first entry. */
  public void watch(Member member) {
    server.read(member);
    store.read(member);
    membership.listen(member);
    member.stores().lessor().listen(leases.leases());
    member.stores().alarms().listen(alarms);
  }

  /** What the member was started with. */
  public void quota(long bytes) {
    server.quota(bytes);
  }

  /** Feature {@code name}, which has come to {@code stage}, is on or not. */
  public void feature(String name, String stage, boolean on) {
    features.with(name, stage).set(on ? 1 : 0);
  }

  /** How many files this process has open, and how many it may. */
  public void descriptors(long used, long limit) {
    process.descriptors(used, limit);
  }

  /** Makes every series of every method exist, at 0. */
  public void methods(ServiceTable services) {
    grpc.methods(services);
  }

  public WalListener wal() {
    return disk.wal();
  }

  public BackendListener backend() {
    return disk.backend();
  }

  public MvccListener mvcc() {
    return store.mvcc();
  }

  public ApplyListener apply() {
    return server.apply();
  }

  public SlowRequests.SlowListener slowRequests() {
    return server.slowRequests();
  }

  public Member.Listeners member() {
    return new Member.Listeners(
        server.raft(), server.reads(), store.watch(), leases.duties(), server.promotions());
  }

  public Services.RequestListener requests() {
    return grpc.requests();
  }

  public HealthListener health() {
    return server.health();
  }

  public EdgeListener edge() {
    return grpc.edge();
  }
}
