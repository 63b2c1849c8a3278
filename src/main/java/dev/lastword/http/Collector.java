package dev.lastword.http;

import dev.lastword.metering.Recipient;
import dev.lastword.metering.WordStream;
import java.util.ArrayList;
import java.util.List;

/** Takes a stream that is to be sent in one piece, and sees its client leave. */
final class Collector implements Recipient {

  private final Departure departure;
  private final List<String> words = new ArrayList<>();

  private Collector(Departure departure) {
    this.departure = departure;
  }

  /** One for that stream, which is given up if there can be none. */
  static Collector of(Exchange exchange, WordStream stream) {
    Collector collector = null;
    try {
      collector =
          new Collector(WatchedConnection.of(exchange.request()).departure(exchange.request()));
      return collector;
    } finally {
      if (collector == null) {
        stream.abandon();
      }
    }
  }

  @Override
  public void word(long number, String word) {
    words.add(word);
  }

  /** The first so many words. */
  String text(long count) {
    return String.join("", words.subList(0, (int) Math.min(count, words.size())));
  }

  /** Lets go of the connection. */
  void close() {
    departure.over();
  }

  @Override
  public boolean left() {
    return departure.left();
  }

  @Override
  public void whenLeft(Runnable action) {
    departure.whenLeft(action);
  }

  @Override
  public void cut() {
    departure.cut();
  }
}
