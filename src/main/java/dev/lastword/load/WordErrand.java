package dev.lastword.load;

import dev.lastword.http.Json;
import dev.lastword.words.Pace;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks for a stream, reads it to its end, and checks every word's time and every amount. */
final class WordErrand implements Errand {

  private static final String COMPLETED = "completed";

  private final Wires wires;
  private final List<String> tokens;
  private final LoadPlan.Product.Words words;
  private final long firstSeed;
  private final WordTally tally;
  private final long startNanos;

  /**
   * Prepares the streams of a run.
   *
   * @param firstSeed the first request's seed; the next ones follow it
   * @param startNanos when the run began, by {@link System#nanoTime}
   */
  WordErrand(
      Wires wires,
      List<String> tokens,
      LoadPlan.Product.Words words,
      long firstSeed,
      WordTally tally,
      long startNanos) {
    this.wires = wires;
    this.tokens = tokens;
    this.words = words;
    this.firstSeed = firstSeed;
    this.tally = tally;
    this.startNanos = startNanos;
  }

  @Override
  public Reply run(long number) {
    long seed = firstSeed + number;
    String token = tokens.get((int) (number % tokens.size()));
    byte[] request = wires.post("/generate-data", token, "text/event-stream", body(seed));
    int status = 0;
    Wire wire = null;
    Arrivals arrivals = new Arrivals(seed, System.nanoTime());
    try {
      wire = wires.take();
      Wire.Head head = wire.ask(request);
      status = head.status();
      if (status != 200) {
        head.body().transferTo(OutputStream.nullOutputStream());
        wires.give(wire, head);
        return Reply.answered(status);
      }
      String end = read(head, arrivals);
      wires.give(wire, head);
      return new Reply(status, end == null ? "a stream without its end" : judge(end, arrivals));
    } catch (IOException e) {
      if (wire != null) {
        wire.close();
      }
      return Reply.failed(status, e);
    } finally {
      arrivals.over();
    }
  }

  private String body(long seed) {
    Long maxWords = words.maxWords();
    return maxWords == null
        ? "{\"seed\": " + seed + "}"
        : "{\"seed\": " + seed + ", \"max_words\": " + maxWords + "}";
  }

  /** Reads all events; the last one's data, if it was one that ends a stream. */
  private @Nullable String read(Wire.Head head, Arrivals arrivals) throws IOException {
    EventReader events = new EventReader(head.body());
    String end = null;
    while (events.next()) {
      long now = System.nanoTime();
      if (events.isEnd()) {
        end = events.data();
      } else {
        arrivals.add(now, events.id());
      }
    }
    return end;
  }

  private @Nullable String judge(String end, Arrivals arrivals) {
    long sent = member(end, "words");
    long charged = member(end, "charged");
    tally.ended(arrivals.count, sent, charged);
    if (sent != arrivals.count || !arrivals.inOrder) {
      return "words lost or out of order";
    }
    if (charged != arrivals.count) {
      return "charged for other than what came";
    }
    String outcome = Json.member(end, "outcome").orElse("?");
    return outcome.equals(COMPLETED) ? null : "ended as " + outcome;
  }

  private static long member(String json, String name) {
    return Json.member(json, name).map(Long::valueOf).orElse(-1L);
  }

  /**
   * The words of one stream. A word is due when all waits up to it have passed since the stream
   * began. When that was is known to the server alone: not before it was asked for, and no later
   * than the earliest of its words, each less its waits.
   */
  private final class Arrivals {

    /** More than a stream of a minute has at the real pace. */
    private static final int USUAL = 128;

    private final Pace pace;
    private final long sentNanos;
    private long[] nanos;
    private long[] lateNanos;
    private long offsetNanos;
    private long earliestNanos = Long.MAX_VALUE;
    private int count;
    private boolean inOrder = true;

    private Arrivals(long seed, long sentNanos) {
      this.pace = new Pace(words.minimumDelayMillis(), words.maximumDelayMillis(), seed);
      this.sentNanos = sentNanos;
      Long maxWords = words.maxWords();
      int room = maxWords == null ? USUAL : (int) Math.min(maxWords, USUAL);
      this.nanos = new long[room];
      this.lateNanos = new long[room];
    }

    private void add(long now, long id) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
        lateNanos = Arrays.copyOf(lateNanos, 2 * count);
      }
      offsetNanos += pace.nextWaitNanos();
      long late = now - offsetNanos - sentNanos;
      nanos[count] = now;
      lateNanos[count] = late;
      earliestNanos = Math.min(earliestNanos, late);
      tally.arrived(now - startNanos, late);
      count++;
      inOrder &= id == count;
    }

    private void over() {
      for (int word = 0; word < count; word++) {
        tally.timed(nanos[word] - startNanos, lateNanos[word] - earliestNanos);
      }
    }
  }
}
