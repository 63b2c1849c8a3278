package dev.lastword.pictures;

import java.io.ByteArrayOutputStream;

/** Bits one after the other, the lowest of each number and each byte first. Used by one thread. */
final class BitSink {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 17);
  private long waiting;
  private int count;

  /** Writes the lowest {@code width} bits, 0 to 32. */
  void write(int bits, int width) {
    waiting |= (bits & ((1L << width) - 1)) << count;
    count += width;
    while (count >= 8) {
      bytes.write((int) waiting);
      waiting >>>= 8;
      count -= 8;
    }
  }

  /** Everything, filled up with zeros to a whole byte. */
  byte[] toByteArray() {
    if (count > 0) {
      write(0, 8 - count);
    }
    return bytes.toByteArray();
  }
}
