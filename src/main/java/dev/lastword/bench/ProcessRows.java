package dev.lastword.bench;

import dev.lastword.bench.client.Load;
import dev.lastword.bench.contender.BareHelidon;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the process costs before it does anything: its start, and its memory. */
final class ProcessRows {

  private static final Duration IDLE = Duration.ofSeconds(2);

  private ProcessRows() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "start",
            "from the start of the process to its first answer, and of the bare HTTP server's",
            ProcessRows::start),
        new Row(
            "idle-memory",
            "resident memory after one answer and a rest, and the bare HTTP server's",
            ProcessRows::idleMemory));
  }

  /** A process that just gave its first answer. */
  private record Started(Contender process, double millis) {}

  private interface Once {
    Started start() throws Exception;
  }

  private static Started lastword(Shop shop) throws Exception {
    long begun = System.nanoTime();
    shop.restart();
    shop.one();
    return new Started(shop.server(), (System.nanoTime() - begun) / 1e6);
  }

  /** From the start of the process to its first meme, in milliseconds. */
  static double start(Shop shop) throws Exception {
    return lastword(shop).millis();
  }

  private static Started helidon(List<ByteBuffer> requests, String body) throws Exception {
    long begun = System.nanoTime();
    Contender process = Contender.bare(BareHelidon.class, body);
    boolean started = false;
    try {
      Load.some(Memes.given(process.port(), requests, body), 1, 1);
      started = true;
      return new Started(process, (System.nanoTime() - begun) / 1e6);
    } finally {
      if (!started) {
        process.close();
      }
    }
  }

  private static List<Line> start(Effort effort) throws Exception {
    return compared("ms", effort, Started::millis);
  }

  private static List<Line> idleMemory(Effort effort) throws Exception {
    return compared(
        "MB",
        effort,
        started -> {
          Thread.sleep(IDLE);
          return started.process().residentBytes() / 1e6;
        });
  }

  private interface Look {
    double at(Started started) throws Exception;
  }

  private static List<Line> compared(String measure, Effort effort, Look look) throws Exception {
    try (Shop shop = Shop.charging(1, Map.of())) {
      String body = shop.usualBody();
      List<ByteBuffer> requests = shop.requests();
      Rounds<Double> rounds =
          Rounds.of(
              1,
              effort.rounds(),
              () -> once(() -> lastword(shop), look),
              () -> once(() -> helidon(requests, body), look));
      shop.restart();
      shop.one();
      shop.audit();
      return List.of(rounds.line(measure, "lastword", "helidon", value -> value));
    }
  }

  private static double once(Once start, Look look) throws Exception {
    Started started = start.start();
    try (Contender _ = started.process()) {
      return look.at(started);
    }
  }
}
