package io.quorate.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.statemachine.request.InternalRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer, over random histories, is what the simple model says. */
final class ModelTest {
  private static final int ROUNDS = Boolean.getBoolean("long") ? 20_000 : 1_500;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 0x5eed})
  void everyAnswerIsTheModels(long seed) {
    Random random = new Random(seed);
    RandomRequests requests = new RandomRequests(random);
    Model model = new Model();
    Deque<String> history = new ArrayDeque<>();
    Machine machine = new Machine();
    for (int i = 0; i < ROUNDS; i++) {
      RandomRequests.Proposal proposal = requests.next(model.revision());
      InternalRequest request =
          InternalRequest.decode(InternalRequest.encode(1, proposal.field(), proposal.body()));
      String expected = model.apply(request.request());
      String actual = Rendering.of(machine.apply(proposal.field(), proposal.body()));
      history.add(request.request().getClass().getSimpleName() + " → " + expected);
      if (history.size() > 12) {
        history.remove();
      }
      assertThat(actual)
          .as("seed %d, request %d%n%s", seed, i, String.join("\n", history))
          .isEqualTo(expected);
      switch (random.nextInt(60)) {
        case 0 -> machine.commit();
        case 1 -> {
          machine.commit();
          machine = machine.restart();
        }
        default -> {}
      }
      if (i % 20 == 0) {
        leasesAgree(machine, model, seed, i);
      }
    }
    machine.close();
  }

  private static void leasesAgree(Machine machine, Model model, long seed, int round) {
    var lessor = machine.state.stores().lessor();
    assertThat(lessor.leases().stream().map(lease -> lease.id()).collect(Collectors.toSet()))
        .as("seed %d, request %d", seed, round)
        .isEqualTo(model.leases().keySet());
    for (var lease : lessor.leases()) {
      TreeSet<String> keys = new TreeSet<>();
      lessor.sortedKeys(lease).forEach(key -> keys.add(new String(key, StandardCharsets.UTF_8)));
      assertThat(keys)
          .as("keys of lease %d, seed %d, request %d", lease.id(), seed, round)
          .isEqualTo(model.attached(lease.id()));
      assertThat(lease.ttlSeconds()).isEqualTo(model.leases().get(lease.id()));
    }
  }
}
