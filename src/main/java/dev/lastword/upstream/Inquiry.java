package dev.lastword.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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

  /** One that is on its way. */
  Inquiry(Call call, Limits limits) {
    this.call = call;
    this.limits = limits;
  }

  /**
   * Waits for the answer, no longer than that and no longer than the limits say.
   *
   * @throws UpstreamFailure if there is none, or none with text
   */
  public Answer answer(Duration patience) throws UpstreamFailure {
    try {
      Answer answer = await(patience.compareTo(limits.whole()) < 0 ? patience : limits.whole());
      call.succeeded();
      return answer;
    } catch (UpstreamFailure e) {
      call.failed(e);
      throw e;
    }
  }

  private Answer await(Duration patience) throws UpstreamFailure {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("upstream")
        .start(() -> {
          try {
            answer.complete(read());
          } catch (UpstreamFailure | InterruptedException | RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new UpstreamFailure(UpstreamFailure.Kind.SLOW);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UpstreamFailure failure) {
        throw failure;
      }
      throw new IllegalStateException("cannot read what the model said", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UpstreamFailure(UpstreamFailure.Kind.SLOW, e);
    }
  }

  private Answer read() throws UpstreamFailure, InterruptedException {
    int limit = limits.answerBytes();
    byte[] bytes;
    try (InputStream body = call.open("application/json")) {
      bytes = body.readNBytes(limit + 1);
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
