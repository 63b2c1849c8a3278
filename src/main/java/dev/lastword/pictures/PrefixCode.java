package dev.lastword.pictures;

import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A canonical Huffman code as lossless WebP writes it (RFC 9649, 3.7.2). Immutable.
 *
 * <p>Where a tree would be deeper than is allowed, rare symbols are counted as more frequent than
 * they are until it is not.
 */
final class PrefixCode {

  private static final int MAX_LENGTH = 15;
  private static final int MAX_LENGTH_OF_LENGTHS = 7;
  private static final int[] ORDER_OF_LENGTHS = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  private final int[] lengths;
  private final int[] codes;
  private final int used;

  private PrefixCode(int[] lengths) {
    this.lengths = lengths;
    this.codes = codes(lengths);
    this.used = (int) Arrays.stream(lengths).filter(length -> length > 0).count();
  }

  /** A code for symbols that are so frequent. */
  static PrefixCode of(int[] counts) {
    return new PrefixCode(lengths(counts, MAX_LENGTH));
  }

  /** Writes a symbol; one that is alone takes no bits. */
  void write(int symbol, BitSink sink) {
    if (used > 1) {
      sink.write(codes[symbol], lengths[symbol]);
    }
  }

  /** Writes the code itself. */
  void describe(BitSink sink) {
    if (used <= 1) {
      describeOne(sink);
      return;
    }
    sink.write(0, 1);
    int[] counts = new int[ORDER_OF_LENGTHS.length];
    walk((symbol, extra, width) -> counts[symbol]++);
    PrefixCode code = new PrefixCode(lengths(counts, MAX_LENGTH_OF_LENGTHS));
    int last = ORDER_OF_LENGTHS.length;
    while (last > 4 && code.lengths[ORDER_OF_LENGTHS[last - 1]] == 0) {
      last--;
    }
    sink.write(last - 4, 4);
    for (int i = 0; i < last; i++) {
      sink.write(code.lengths[ORDER_OF_LENGTHS[i]], 3);
    }
    sink.write(0, 1);
    walk((symbol, extra, width) -> {
      code.write(symbol, sink);
      sink.write(extra, width);
    });
  }

  private void describeOne(BitSink sink) {
    int symbol = 0;
    while (symbol < lengths.length - 1 && lengths[symbol] == 0) {
      symbol++;
    }
    if (used == 0) {
      symbol = 0;
    }
    sink.write(1, 1);
    sink.write(0, 1);
    sink.write(symbol > 1 ? 1 : 0, 1);
    sink.write(symbol, symbol > 1 ? 8 : 1);
  }

  private interface Step {
    void take(int symbol, int extra, int width);
  }

  /** The lengths in order, rows of zeros put together. */
  private void walk(Step step) {
    int at = 0;
    while (at < lengths.length) {
      int end = at;
      while (end < lengths.length && lengths[end] == 0 && end - at < 138) {
        end++;
      }
      int zeros = end - at;
      if (zeros >= 11) {
        step.take(18, zeros - 11, 7);
      } else if (zeros >= 3) {
        step.take(17, zeros - 3, 3);
      } else {
        end = at + 1;
        step.take(lengths[at], 0, 0);
      }
      at = end;
    }
  }

  private static int[] lengths(int[] counts, int most) {
    for (int least = 1; ; least *= 2) {
      int[] lengths = lengthsWithout(counts, least);
      if (Arrays.stream(lengths).max().orElse(0) <= most) {
        return lengths;
      }
    }
  }

  private record Tree(long count, int number, int symbol, List<Tree> children)
      implements Comparable<Tree> {
    @Override
    public int compareTo(Tree other) {
      int byCount = Long.compare(count, other.count);
      return byCount != 0 ? byCount : Integer.compare(number, other.number);
    }

    void measure(int depth, int[] lengths) {
      if (children.isEmpty()) {
        lengths[symbol] = Math.max(1, depth);
      }
      for (Tree child : children) {
        child.measure(depth + 1, lengths);
      }
    }
  }

  private static int[] lengthsWithout(int[] counts, int least) {
    PriorityQueue<Tree> trees = new PriorityQueue<>();
    int number = 0;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      if (counts[symbol] > 0) {
        trees.add(new Tree(Math.max(least, counts[symbol]), number++, symbol, List.of()));
      }
    }
    while (trees.size() > 1) {
      Tree first = trees.remove();
      Tree second = trees.remove();
      trees.add(new Tree(first.count() + second.count(), number++, 0, List.of(first, second)));
    }
    int[] lengths = new int[counts.length];
    if (!trees.isEmpty()) {
      trees.remove().measure(0, lengths);
    }
    return lengths;
  }

  private static int[] codes(int[] lengths) {
    int[] codes = new int[lengths.length];
    int code = 0;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      for (int symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] == length) {
          codes[symbol] = Integer.reverse(code) >>> (32 - length);
          code++;
        }
      }
      code <<= 1;
    }
    return codes;
  }
}
