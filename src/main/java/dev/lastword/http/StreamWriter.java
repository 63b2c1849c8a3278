package dev.lastword.http;

import dev.lastword.metering.Recipient;
import dev.lastword.metering.StreamEnd;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes one stream: a chunk a word, in the form the client asked for. Until its first word, or its
 * end, nothing is written and the exchange may still be answered otherwise.
 */
final class StreamWriter implements Recipient {

  private final Exchange exchange;
  private final String chargeId;
  private final WordForm form;
  private final Departure departure;
  private final boolean trailers;
  private @Nullable OutputStream begun;

  StreamWriter(Exchange exchange, String chargeId, WordForm form) {
    this.exchange = exchange;
    this.chargeId = chargeId;
    this.form = form;
    this.departure = WatchedConnection.of(exchange.request()).departure(exchange.request());
    this.trailers = exchange.request().headers().containsToken(HeaderValues.TE_TRAILERS);
  }

  private OutputStream output() {
    OutputStream output = begun;
    if (output == null) {
      output =
          exchange
              .with(Exchange.CHARGE, chargeId)
              .with(HeaderNames.CONTENT_TYPE, form.mediaType())
              .with(HeaderNames.create("X-Accel-Buffering"), "no")
              .with(HeaderNames.CACHE_CONTROL, "no-store")
              .output();
      begun = output;
    }
    return output;
  }

  /** Whether something was written, so that there can be no other answer. */
  boolean hasBegun() {
    return begun != null;
  }

  @Override
  public void word(long number, String word) throws Gone {
    if (left()) {
      throw new Gone(new IOException("the client has left"));
    }
    try {
      write(number, word);
      output().flush();
    } catch (IOException | RuntimeException e) {
      throw new Gone(e);
    }
  }

  /** Writes a word without waiting for it to leave. */
  void write(long number, String word) {
    write(form.word(number, word));
  }

  private void write(String text) {
    try {
      output().write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets go of the connection. */
  void close() {
    departure.over();
  }

  /** Says how it ended. */
  void end(StreamEnd end) {
    write(form.end(end));
    if (trailers) {
      exchange
          .response()
          .trailers()
          .add(Exchange.CHARGED, Long.toString(end.charged()))
          .add(Exchange.BALANCE, Long.toString(end.balance()))
          .add(Exchange.OUTCOME, end.outcome().word());
    }
    finish("");
  }

  /** Says that and nothing more. */
  void finish(String last) {
    write(last);
    try {
      output().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
