package io.quorate.statemachine.apply;

import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.RangeOptions;
import io.quorate.mvcc.RangeResult;
import io.quorate.mvcc.View;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Reads a view, and counts how often. One thread. */
final class ViewReads implements Reads {
  private final View view;
  private long ranges;

  ViewReads(View view) {
    this.view = view;
  }

  @Override
  public RangeResult range(KeyRange range, RangeOptions options) {
    ranges++;
    return view.range(range, options);
  }

  @Override
  public Optional<MemorySegment> get(byte[] key) {
    ranges++;
    return view.get(key, 0);
  }

  @Override
  public long revision() {
    return view.revision();
  }

  long ranges() {
    return ranges;
  }
}
