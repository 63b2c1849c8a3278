package dev.lastword.http;

import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.RequestKey;
import dev.lastword.http.Route.Access;
import dev.lastword.limit.Admission;
import dev.lastword.metering.Audience;
import dev.lastword.metering.StreamEnd;
import dev.lastword.metering.StreamStart;
import dev.lastword.metering.WordRequest;
import dev.lastword.metering.WordSales;
import dev.lastword.metering.WordStream;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code POST /generate-data}: words, as plain text or as server-sent events. */
final class WordRoutes {

  private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,15}");
  private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;
  private static final int MAX_STOP_CHARACTERS = 100;

  private final WordSales sales;
  private final RateHeaders rate;

  WordRoutes(WordSales sales, RateHeaders rate) {
    this.sales = sales;
    this.rate = rate;
  }

  List<Route> routes() {
    return List.of(new Route("POST", "/generate-data", Access.USER, this::stream));
  }

  private void stream(Exchange exchange) {
    Fields fields = exchange.fields();
    RequestKey key = exchange.key(fields);
    boolean events = wantsEvents(exchange);
    WordForm form = events ? WordForm.EVENTS : WordForm.PLAIN;
    long after = events ? lastEvent(exchange, fields, key) : 0;
    WordRequest request = request(fields);
    switch (sales.start(exchange.caller(), request, key)) {
      case StreamStart.Started(WordStream stream, Admission admission) -> {
        rate.add(exchange, admission);
        run(exchange, stream, writer(exchange, stream, form));
      }
      case StreamStart.Replayed(String chargeId, List<String> words, StreamEnd end) -> {
        exchange.with(Exchange.REPLAYED, "true");
        replay(new StreamWriter(exchange, chargeId, form), words, after, end);
      }
      case StreamStart.Joined(String chargeId, Audience.Seat seat) ->
          join(exchange, seat, new StreamWriter(exchange, chargeId, form), after);
      case StreamStart.Refused(var refusal, Admission admission) -> {
        rate.add(exchange, admission);
        exchange.refuse(refusal);
      }
    }
  }

  /** What a stream is written with; it is given up if there can be none. */
  static StreamWriter writer(Exchange exchange, WordStream stream, WordForm form) {
    StreamWriter writer = null;
    try {
      writer = new StreamWriter(exchange, stream.chargeId(), form);
      return writer;
    } finally {
      if (writer == null) {
        stream.abandon();
      }
    }
  }

  /** Streams to the end. */
  static void run(Exchange exchange, WordStream stream, StreamWriter writer) {
    try {
      StreamEnd end = stream.run(writer);
      if (end.outcome() == Outcome.DISCONNECTED || writer.left()) {
        // Half a stream must not look like a whole one, should anybody still be there.
        throw new CloseConnectionException("the client has left");
      }
      if (end.refusal() == null) {
        writer.end(end);
      } else {
        exchange.refuse(end.refusal());
      }
    } finally {
      writer.close();
    }
  }

  /** Writes what is streamed to others, too, after the first so many words. */
  static void join(Exchange exchange, Audience.Seat seat, StreamWriter writer, long after) {
    exchange.with(Exchange.REPLAYED, "true");
    try {
      StreamEnd end = seat.run(writer, after);
      if (end == null) {
        throw new CloseConnectionException("the client has left");
      }
      if (end.refusal() == null) {
        writer.end(end);
      } else {
        exchange.refuse(end.refusal());
      }
    } finally {
      writer.close();
    }
  }

  /** Writes at once what was streamed before, after the first so many words. */
  static void replay(StreamWriter writer, List<String> words, long after, StreamEnd end) {
    for (int index = (int) Math.min(after, words.size()); index < words.size(); index++) {
      writer.write(index + 1, words.get(index));
    }
    writer.end(end);
  }

  /** The number of the last word that the client has; 0 for none. */
  private static long lastEvent(Exchange exchange, Fields fields, @Nullable RequestKey key) {
    Optional<String> last = exchange.header(LAST_EVENT_ID);
    if (last.isEmpty()) {
      return 0;
    }
    if (key == null) {
      fields.error(LAST_EVENT_ID.defaultCase(), "needs the Idempotency-Key of its stream");
    }
    if (!NUMBER.matcher(last.get()).matches()) {
      fields.error(LAST_EVENT_ID.defaultCase(), "must be the id of an event");
      return 0;
    }
    return Long.parseLong(last.get());
  }

  private static boolean wantsEvents(Exchange exchange) {
    return exchange
        .header(HeaderNames.ACCEPT)
        .map(accept -> accept.toLowerCase(Locale.ROOT).contains("text/event-stream"))
        .orElse(false);
  }

  private static WordRequest request(Fields fields) {
    Long maxWords = fields.optionalInteger("max_words", 1, MAX_SAFE_INTEGER);
    Long seed = fields.optionalInteger("seed", -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER);
    String stop = fields.optionalText("stop");
    if (stop != null && (stop.isBlank() || stop.length() > MAX_STOP_CHARACTERS)) {
      fields.error("stop", "must be 1 to " + MAX_STOP_CHARACTERS + " characters and not blank");
    }
    fields.check();
    return new WordRequest(maxWords, seed, stop);
  }
}
