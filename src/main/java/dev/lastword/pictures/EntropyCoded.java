package dev.lastword.pictures;

import java.util.Arrays;

/**
 * Pixels as literals and copies of earlier ones, in prefix codes (RFC 9649, 3.6 and 3.7): one set
 * of codes for the whole image, and no colour cache.
 */
final class EntropyCoded {

  private static final int LENGTHS = 256;
  private static final int GREENS = 256 + 24;
  private static final int COLOURS = 256;
  private static final int DISTANCES = 40;

  /** Earlier places with the same three pixels that are looked at. */
  private static final int MAX_TRIES = 24;

  /** A copy of so many pixels is good: no better one is looked for. */
  private static final int LONG_ENOUGH = 128;

  private static final int MIN_COPY = 3;
  private static final int MAX_COPY = 4_096;
  private static final int MAX_DISTANCE = (1 << 20) - 120;

  /** Distances below are names of near pixels; two of them are used. */
  private static final int NEAR = 120;

  private static final int ABOVE = 1;
  private static final int LEFT = 2;
  private static final int HASH_BITS = 16;

  private final int[] pixels;
  private final int width;

  /** What is written, in order: pixels, and for copies a length and a distance code. */
  private final int[] literals;

  private final int[] lengths;
  private final int[] distances;
  private int count;

  private EntropyCoded(int[] pixels, int width) {
    this.pixels = pixels;
    this.width = width;
    this.literals = new int[pixels.length];
    this.lengths = new int[pixels.length];
    this.distances = new int[pixels.length];
  }

  /** Writes an image; {@code main} is the one that is not a part of a transform. */
  static void write(int[] pixels, int width, boolean main, BitSink sink) {
    EntropyCoded coded = new EntropyCoded(pixels, width);
    coded.parse();
    sink.write(0, 1);
    if (main) {
      sink.write(0, 1);
    }
    coded.write(sink);
  }

  private void parse() {
    int[] latest = new int[1 << HASH_BITS];
    Arrays.fill(latest, -1);
    int[] before = new int[pixels.length];
    int at = 0;
    while (at < pixels.length) {
      int from = width <= at && same(at, width) > same(at, Math.min(1, at)) ? width : 1;
      int best = from <= at ? same(at, from) : 0;
      int candidate = at + 2 < pixels.length ? latest[hash(at)] : -1;
      for (int tries = 0; candidate >= 0 && tries < MAX_TRIES && best < LONG_ENOUGH; tries++) {
        if (at - candidate > MAX_DISTANCE) {
          break;
        }
        int length = same(at, at - candidate);
        if (length > best) {
          best = length;
          from = at - candidate;
        }
        candidate = before[candidate];
      }
      int taken = best >= MIN_COPY ? best : 1;
      if (taken == 1) {
        literals[count] = pixels[at];
      } else {
        lengths[count] = best;
        distances[count] = from == width ? ABOVE : from == 1 ? LEFT : from + NEAR;
      }
      count++;
      for (int end = at + taken; at < end; at++) {
        if (at + 2 < pixels.length) {
          before[at] = latest[hash(at)];
          latest[hash(at)] = at;
        }
      }
    }
  }

  private int hash(int at) {
    int mixed = (pixels[at] * 31 + pixels[at + 1]) * 31 + pixels[at + 2];
    return (mixed * 0x9E3779B1) >>> (32 - HASH_BITS);
  }

  /** How many pixels are as those so far before them; none if those are these. */
  private int same(int at, int distance) {
    if (distance == 0) {
      return 0;
    }
    int most = Math.min(MAX_COPY, pixels.length - at);
    int length = 0;
    while (length < most && pixels[at + length] == pixels[at + length - distance]) {
      length++;
    }
    return length;
  }

  private void write(BitSink sink) {
    int[] greens = new int[GREENS];
    int[] reds = new int[COLOURS];
    int[] blues = new int[COLOURS];
    int[] alphas = new int[COLOURS];
    int[] jumps = new int[DISTANCES];
    for (int i = 0; i < count; i++) {
      if (lengths[i] > 0) {
        greens[LENGTHS + prefix(lengths[i])]++;
        jumps[prefix(distances[i])]++;
      } else {
        greens[literals[i] >> 8 & 255]++;
        reds[literals[i] >> 16 & 255]++;
        blues[literals[i] & 255]++;
        alphas[literals[i] >>> 24]++;
      }
    }
    PrefixCode green = described(greens, sink);
    PrefixCode red = described(reds, sink);
    PrefixCode blue = described(blues, sink);
    PrefixCode alpha = described(alphas, sink);
    PrefixCode jump = described(jumps, sink);
    for (int i = 0; i < count; i++) {
      if (lengths[i] > 0) {
        green.write(LENGTHS + prefix(lengths[i]), sink);
        extra(lengths[i], sink);
        jump.write(prefix(distances[i]), sink);
        extra(distances[i], sink);
      } else {
        green.write(literals[i] >> 8 & 255, sink);
        red.write(literals[i] >> 16 & 255, sink);
        blue.write(literals[i] & 255, sink);
        alpha.write(literals[i] >>> 24, sink);
      }
    }
  }

  private static PrefixCode described(int[] counts, BitSink sink) {
    PrefixCode code = PrefixCode.of(counts);
    code.describe(sink);
    return code;
  }

  /** The class of a value of 1 or more: its highest bit and the one below. */
  private static int prefix(int value) {
    int less = value - 1;
    if (less < 4) {
      return less;
    }
    int highest = 31 - Integer.numberOfLeadingZeros(less);
    return 2 * highest + (less >> (highest - 1) & 1);
  }

  /** The bits of a value that its class leaves open. */
  private static void extra(int value, BitSink sink) {
    int less = value - 1;
    if (less >= 4) {
      int highest = 31 - Integer.numberOfLeadingZeros(less);
      sink.write(less, highest - 1);
    }
  }
}
