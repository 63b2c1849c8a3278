package dev.lastword.bench;

import dev.lastword.bench.client.Streams;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a stream costs, with its words charged and without. */
final class StreamRows {

  private static final int STREAMS = 3_000;
  private static final int USERS = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CONNECTIONS = 50;

  /** As many streams as the server allows on one connection. */
  private static final int MOST_EACH = 1_000;

  private static final String MANY = "50,000";
  private static final String FEW = "5,000";
  private static final String CHARGED = "charged";
  private static final String UNCHARGED = "uncharged";

  /** Streams that outlast the measurement; a user may start all of them at once. */
  private static final Map<String, String> ENDLESS =
      Map.of("LASTWORD_STREAM_MAX_SECONDS", "86400", "LASTWORD_RATE_LIMIT", "999999/60s");

  /** So fast that there are words enough, and so slow that each is still paid by itself. */
  private static final Map<String, String> FAST =
      Map.of(
          "LASTWORD_STREAM_MAX_SECONDS",
          "86400",
          "LASTWORD_RATE_LIMIT",
          "999999/60s",
          "LASTWORD_WORD_DELAY_MS",
          "200-400");

  private StreamRows() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "stream-cpu",
            "the server's processor time a word, 3,000 streams with 200 to 400 ms between words",
            StreamRows::processorTime),
        new Row(
            "stream-memory",
            "resident memory a stream, 3,000 at the usual pace, after a collection",
            StreamRows::memory),
        new Row(
            "stream-pace",
            "50,000 streams over HTTP/2 at the usual pace, and 5,000: do their words come in time",
            StreamRows::pace));
  }

  private interface Opening {
    Streams of(Shop shop) throws Exception;
  }

  private static List<Line> processorTime(Effort effort) throws Exception {
    try (Shop shop = Shop.charging(USERS, FAST);
        Shop free = Shop.free(USERS, FAST)) {
      List<Line> lines =
          List.of(
              line(effort, "HTTP/1.1 us/word", shop, free, one -> one.streams(STREAMS)),
              line(
                  effort,
                  "HTTP/2 us/word",
                  shop,
                  free,
                  one -> one.streamsOverHttp2(STREAMS / USERS)));
      shop.explained();
      return lines;
    }
  }

  private static Line line(Effort effort, String measure, Shop shop, Shop free, Opening opening)
      throws Exception {
    return Rounds.of(
            Effort.WARM_UPS,
            effort.rounds(),
            () -> microsPerWord(shop, opening, effort.interval()),
            () -> microsPerWord(free, opening, effort.interval()))
        .line(measure, CHARGED, UNCHARGED, value -> value);
  }

  private static double microsPerWord(Shop shop, Opening opening, Duration interval)
      throws Exception {
    try (Streams streams = opening.of(shop)) {
      streams.await(5 * STREAMS, PATIENCE);
      long words = streams.words();
      Duration before = shop.server().processorTime();
      Thread.sleep(interval);
      Duration took = shop.server().processorTime().minus(before);
      return took.toNanos() / 1e3 / (streams.words() - words);
    }
  }

  private record Pace(double wordsPerSecond, double percentInTime, double micros) {}

  private static List<Line> pace(Effort effort) throws Exception {
    try (Shop many = Shop.charging(CONNECTIONS, ENDLESS);
        Shop few = Shop.charging(CONNECTIONS, ENDLESS)) {
      Rounds<Pace> rounds =
          Rounds.of(
              0,
              effort.rounds(),
              () -> pace(many, MOST_EACH, effort.interval()),
              () -> pace(few, MOST_EACH / 10, effort.interval()));
      many.explained();
      few.explained();
      return List.of(
          rounds.line("words/s a stream", MANY, FEW, Pace::wordsPerSecond),
          rounds.line("% within 50 ms", MANY, FEW, Pace::percentInTime),
          rounds.line("server CPU us", MANY, FEW, Pace::micros));
    }
  }

  private static Pace pace(Shop shop, int each, Duration interval) throws Exception {
    try (Streams streams = shop.streamsOverHttp2(each)) {
      long count = (long) each * CONNECTIONS;
      streams.await(10 * count, PATIENCE);
      Shop.Lateness lateness = shop.lateness();
      long words = streams.words();
      Duration before = shop.server().processorTime();
      long begun = System.nanoTime();
      Thread.sleep(interval);
      long came = streams.words() - words;
      double seconds = (System.nanoTime() - begun) / 1e9;
      double micros = shop.server().processorTime().minus(before).toNanos() / 1e3 / came;
      return new Pace(
          came / seconds / count, shop.lateness().since(lateness).percentInTime(), micros);
    }
  }

  private static List<Line> memory(Effort effort) throws Exception {
    return List.of(
        Rounds.of(
                0,
                effort.rounds(),
                () -> kilobytesPerStream(Shop.charging(USERS, ENDLESS)),
                () -> kilobytesPerStream(Shop.free(USERS, ENDLESS)))
            .line("HTTP/1.1 kB", CHARGED, UNCHARGED, value -> value));
  }

  /** A server of its own each time: what the machine once took it seldom gives back. */
  private static double kilobytesPerStream(Shop opened) throws Exception {
    try (Shop shop = opened) {
      try (Streams few = shop.streams(USERS)) {
        few.await(3 * USERS, PATIENCE);
      }
      shop.server().collectGarbage();
      long idle = shop.server().residentBytes();
      try (Streams streams = shop.streams(STREAMS)) {
        streams.await(3 * STREAMS, PATIENCE);
        shop.server().collectGarbage();
        double grown = shop.server().residentBytes() - idle;
        streams.words();
        return grown / 1e3 / STREAMS;
      }
    }
  }
}
