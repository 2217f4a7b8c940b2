package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.fixture.RecordingLogger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServingTest {
  @Test
  void eachListenerHasItsLineAndWhoWatchesHearsOnce() {
    var log = new RecordingLogger();
    var serving = new Serving(log);
    List<Serving.State> heard = new ArrayList<>();
    serving.listen(heard::add);
    serving.begin(2);
    assertThat(log.lines)
        .hasSize(2)
        .containsOnly("INFO grpc service status changed service= status=SERVING");
    assertThat(heard).containsExactly(Serving.State.SERVING);
    assertThat(serving.state()).isEqualTo(Serving.State.SERVING);
  }
}
