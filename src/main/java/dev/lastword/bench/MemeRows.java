package dev.lastword.bench;

import dev.lastword.bench.client.Load;
import dev.lastword.bench.client.Target;
import dev.lastword.bench.contender.BareHelidon;
import dev.lastword.bench.contender.BareNetty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What a meme costs: {@code POST /memes} in full beside something that does less. */
final class MemeRows {

  private static final String LASTWORD = "lastword";
  private static final int USERS = Shop.CONNECTIONS;
  private static final int MANY_USERS = 10_000;

  /** As many requests can be under way in an open loop. */
  private static final int OPEN_CONNECTIONS = 256;

  private MemeRows() {}

  static List<Row> rows() {
    return List.of(
        new Row(
            "bare",
            "POST /memes in full, and the bare HTTP server under it",
            effort -> beside(effort, "helidon", body -> Contender.bare(BareHelidon.class, body))),
        new Row(
            "netty",
            "POST /memes in full, and raw Netty",
            effort -> beside(effort, "netty", body -> Contender.foreign(BareNetty.class, body))),
        new Row("uncharged", "POST /memes with charging, and without", MemeRows::uncharged),
        new Row(
            "history",
            "POST /memes and the start with 1,000,000 accounts and 10,000,000 receipts in the file,"
                + " and with none",
            MemeRows::history),
        new Row("users", "POST /memes for 10,000 users, and for 64", MemeRows::users),
        new Row(
            "open-loop",
            "POST /memes by the clock at half its peak, and the bare HTTP server at that rate",
            MemeRows::openLoop));
  }

  /** A load and the processor time that the server took for it. */
  private record Measured(Load.Result load, Duration processorTime) {

    static Measured of(Contender server, Rounds.Once<Load.Result> load) throws Exception {
      Duration before = server.processorTime();
      Load.Result result = load.measure();
      return new Measured(result, server.processorTime().minus(before));
    }

    double rate() {
      return load.rate();
    }

    double millisAt99() {
      return load.millisAt(99);
    }

    double processorMicros() {
      return processorTime.toNanos() / 1e3 / load.all();
    }
  }

  private static List<Line> lines(Rounds<Measured> rounds, String a, String b) {
    return List.of(
        rounds.line("requests/s", a, b, Measured::rate),
        rounds.line("p99 ms", a, b, Measured::millisAt99),
        rounds.line("server CPU us", a, b, Measured::processorMicros));
  }

  private static List<Line> beside(Effort effort, String name, Function<String, Contender> launch)
      throws Exception {
    try (Shop shop = Shop.charging(USERS, Map.of())) {
      String body = shop.usualBody();
      try (Contender other = launch.apply(body)) {
        Target target = Memes.given(other.port(), shop.requests(), body);
        Rounds<Measured> rounds =
            Rounds.of(
                Effort.WARM_UPS,
                effort.rounds(),
                () -> Measured.of(shop.server(), () -> shop.closed(USERS, effort.interval())),
                () ->
                    Measured.of(
                        other, () -> Load.closed(target, Shop.CONNECTIONS, effort.interval())));
        shop.audit();
        return lines(rounds, LASTWORD, name);
      }
    }
  }

  private static List<Line> uncharged(Effort effort) throws Exception {
    try (Shop shop = Shop.charging(USERS, Map.of());
        Shop free = Shop.free(USERS, Map.of())) {
      Rounds<Measured> rounds =
          Rounds.of(
              Effort.WARM_UPS,
              effort.rounds(),
              () -> Measured.of(shop.server(), () -> shop.closed(USERS, effort.interval())),
              () -> Measured.of(free.server(), () -> free.closed(USERS, effort.interval())));
      shop.audit();
      free.audit();
      return lines(rounds, "charged", "uncharged");
    }
  }

  private static List<Line> users(Effort effort) throws Exception {
    try (Shop shop = Shop.charging(MANY_USERS, Map.of())) {
      Rounds<Measured> rounds =
          Rounds.of(
              Effort.WARM_UPS,
              effort.rounds(),
              () -> Measured.of(shop.server(), () -> shop.closed(MANY_USERS, effort.interval())),
              () -> Measured.of(shop.server(), () -> shop.closed(USERS, effort.interval())));
      shop.audit();
      return lines(rounds, "10,000 users", USERS + " users");
    }
  }

  private static List<Line> history(Effort effort) throws Exception {
    try (Shop old = Shop.withHistory(USERS);
        Shop young = Shop.charging(USERS, Map.of())) {
      Rounds<Measured> rounds =
          Rounds.of(
              Effort.WARM_UPS,
              effort.rounds(),
              () -> Measured.of(old.server(), () -> old.closed(USERS, effort.interval())),
              () -> Measured.of(young.server(), () -> young.closed(USERS, effort.interval())));
      Rounds<Double> starts =
          Rounds.of(
              1, effort.rounds(), () -> ProcessRows.start(old), () -> ProcessRows.start(young));
      old.audit();
      young.audit();
      List<Line> lines = new ArrayList<>(lines(rounds, "old", "young"));
      lines.add(starts.line("start ms", "old", "young", value -> value));
      return lines;
    }
  }

  private static List<Line> openLoop(Effort effort) throws Exception {
    try (Shop shop = Shop.charging(USERS, Map.of())) {
      String body = shop.usualBody();
      try (Contender bare = Contender.bare(BareHelidon.class, body)) {
        Target target = Memes.given(bare.port(), shop.requests(), body);
        Rounds<Load.Result> peaks =
            Rounds.of(
                Effort.WARM_UPS,
                effort.rounds(),
                () -> shop.closed(USERS, effort.interval()),
                () -> Load.closed(target, Shop.CONNECTIONS, effort.interval()));
        Line peak = peaks.line("peak requests/s", LASTWORD, "helidon", Load.Result::rate);
        double rate = peak.a().series().median() / 2;
        Rounds<Load.Result> rounds =
            Rounds.of(
                1,
                effort.rounds(),
                () -> shop.open(OPEN_CONNECTIONS, rate, effort.interval()),
                () -> Load.open(target, OPEN_CONNECTIONS, rate, effort.interval()));
        shop.audit();
        return List.of(
            peak,
            rounds.line("requests/s", LASTWORD, "helidon", Load.Result::rate),
            rounds.line("p50 ms", LASTWORD, "helidon", result -> result.millisAt(50)),
            rounds.line("p99 ms", LASTWORD, "helidon", result -> result.millisAt(99)),
            rounds.line("p99.9 ms", LASTWORD, "helidon", result -> result.millisAt(99.9)));
      }
    }
  }
}
