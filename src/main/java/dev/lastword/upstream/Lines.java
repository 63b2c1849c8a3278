package dev.lastword.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The data lines of server-sent events, each a whole event, as all such endpoints send them. Not
 * safe for use by several threads.
 */
final class Lines {

  private static final String DATA = "data:";

  private final InputStream input;
  private final Limits limits;
  private final byte[] buffer = new byte[8 * 1024];
  private int position;
  private int filled;
  private long sinceProgress;

  Lines(InputStream input, Limits limits) {
    this.input = input;
    this.limits = limits;
  }

  /** What was read was of use: the bytes without any are counted anew. */
  void progress() {
    sinceProgress = 0;
  }

  /**
   * The next event's data; null at the end of the answer.
   *
   * @throws UpstreamFailure if a line is too long or no UTF-8, the answer too large, or its end in
   *     the middle of a line
   */
  @Nullable String nextData() throws IOException, UpstreamFailure {
    while (true) {
      String line = nextLine();
      if (line == null) {
        return null;
      }
      if (line.startsWith(DATA)) {
        return line.substring(DATA.length()).strip();
      }
    }
  }

  private @Nullable String nextLine() throws IOException, UpstreamFailure {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      if (position == filled) {
        position = 0;
        filled = Math.max(0, input.read(buffer));
        if (filled == 0) {
          if (line.size() > 0) {
            throw new UpstreamFailure(UpstreamFailure.Kind.CUT);
          }
          return null;
        }
        sinceProgress += filled;
        if (sinceProgress > limits.answerBytes()) {
          throw new UpstreamFailure(UpstreamFailure.Kind.TOO_LARGE);
        }
      }
      int begin = position;
      while (position < filled && buffer[position] != '\n') {
        position++;
      }
      line.write(buffer, begin, position - begin);
      if (line.size() > limits.lineBytes()) {
        throw new UpstreamFailure(UpstreamFailure.Kind.TOO_LARGE);
      }
      if (position < filled) {
        position++;
        return text(line.toByteArray());
      }
    }
  }

  private static String text(byte[] bytes) throws UpstreamFailure {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new UpstreamFailure(UpstreamFailure.Kind.MALFORMED);
    }
  }
}
