package dev.lastword.bench.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpAnswersTest {

  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 12\r\nX: y\r\n\r\n{\"text\":\"a\"}";

  private final HttpAnswers memes = new HttpAnswers(200, "{\"text\":\"");

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whereverAnAnswerIsCutItIsNotWholeBefore() {
    for (int cut = 0; cut < ANSWER.length(); cut++) {
      assertThat(memes.length(bytes(ANSWER.substring(0, cut))))
          .as("the first %d bytes", cut)
          .isEqualTo(Answers.UNFINISHED);
    }
    assertThat(memes.length(bytes(ANSWER))).isEqualTo(ANSWER.length());
    assertThat(memes.length(bytes(ANSWER + "HTTP"))).isEqualTo(ANSWER.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"content-length: 12", "CONTENT-LENGTH:12", "Content-Length:   12"})
  void aHeaderIsFoundHoweverItIsWritten(String header) {
    String answer = ANSWER.replace("Content-Length: 12", header);

    assertThat(memes.length(bytes(answer))).isEqualTo(answer.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 201 Created\r\nContent-Length: 12\r\n\r\n{\"text\":\"a\"}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n{\"text\":\"a\"}\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"meme\":\"a\"}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{\"text\":\"a\"}",
        "SSH-2.0-OpenSSH_9.2\r\n"
      })
  void anotherAnswerIsNoNumber(String answer) {
    assertThatThrownBy(() -> memes.length(bytes(answer))).isInstanceOf(WrongAnswer.class);
  }
}
