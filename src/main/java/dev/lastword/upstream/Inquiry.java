package dev.lastword.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A question that is answered in one piece. Awaited by one thread; closed by any, which closes the
 * connection to the upstream at once.
 */
public final class Inquiry implements AutoCloseable {

  /**
   * What the model said.
   *
   * @param text not blank
   * @param cut whether it ends there because of its length
   */
  public record Answer(String text, boolean cut) {}

  private final Call call;
  private final Limits limits;
  private final ScheduledExecutorService timer;

  /** One that is not sent yet. */
  Inquiry(Call call, Limits limits, ScheduledExecutorService timer) {
    this.call = call;
    this.limits = limits;
    this.timer = timer;
  }

  /**
   * Asks and waits for the answer, no longer than that and no longer than the limits say.
   *
   * @throws UpstreamFailure if there is none, or none with text
   */
  public Answer answer(Duration patience) throws UpstreamFailure {
    Duration limit = patience.compareTo(limits.whole()) < 0 ? patience : limits.whole();
    Future<?> expiry = timer.schedule(call::expire, limit.toNanos(), TimeUnit.NANOSECONDS);
    try {
      Answer answer = read();
      call.succeeded();
      return answer;
    } catch (UpstreamFailure e) {
      call.failed(e);
      throw e;
    } finally {
      expiry.cancel(false);
    }
  }

  private Answer read() throws UpstreamFailure {
    int limit = limits.answerBytes();
    byte[] bytes;
    try {
      bytes = call.open("application/json").readNBytes(limit + 1);
    } catch (IOException e) {
      throw call.broken(e);
    }
    if (bytes.length > limit) {
      throw new UpstreamFailure(UpstreamFailure.Kind.TOO_LARGE);
    }
    String json;
    try {
      json = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new UpstreamFailure(UpstreamFailure.Kind.MALFORMED);
    }
    Answers.Piece piece = Answers.read(json, "message");
    if (piece.error()) {
      throw new UpstreamFailure(UpstreamFailure.Kind.BROKEN);
    }
    if (piece.content().isBlank()) {
      throw new UpstreamFailure(UpstreamFailure.Kind.EMPTY);
    }
    return new Answer(piece.content(), piece.cut());
  }

  @Override
  public void close() {
    call.close();
  }
}
