package io.quorate.edge;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What Netty's leak detector finds, in all tests of this JVM. */
final class Leaks {
  private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

  private Leaks() {}

  /** Before the first buffer is made. */
  static void watch() {
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
        new ResourceLeakDetectorFactory() {
          @Override
          @Deprecated
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval, long maxActive) {
            return newResourceLeakDetector(resource, samplingInterval);
          }

          @Override
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval) {
            return new ResourceLeakDetector<T>(resource, samplingInterval) {
              @Override
              protected boolean needReport() {
                return true;
              }

              @Override
              protected void reportTracedLeak(String resourceType, String records) {
                SEEN.add(resourceType + records);
              }

              @Override
              protected void reportUntracedLeak(String resourceType) {
                SEEN.add(resourceType);
              }
            };
          }
        });
  }

  static List<String> seen() {
    return List.copyOf(SEEN);
  }
}
