package dev.lastword.bench.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RespAnswersTest {

  private static final String PAID =
      "*4\r\n$4\r\ndone\r\n$1\r\n1\r\n$10\r\n1999999999\r\n$1\r\n7\r\n";

  private final RespAnswers answers = new RespAnswers();

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whereverAnAnswerIsCutItIsNotWholeBefore() {
    for (int cut = 0; cut < PAID.length(); cut++) {
      assertThat(answers.length(bytes(PAID.substring(0, cut))))
          .as("the first %d bytes", cut)
          .isEqualTo(Answers.UNFINISHED);
    }
    assertThat(answers.length(bytes(PAID))).isEqualTo(PAID.length());
    assertThat(answers.length(bytes("*1\r\n$4\r\ndone\r\n"))).isEqualTo(14);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*1\r\n$4\r\nbusy\r\n",
        "*2\r\n$5\r\nshort\r\n$1\r\n0\r\n",
        "-ERR Function not found\r\n",
        "$4\r\ndone\r\n"
      })
  void whatWasNotDoneIsNoNumber(String answer) {
    assertThatThrownBy(() -> answers.length(bytes(answer))).isInstanceOf(WrongAnswer.class);
  }

  @Test
  void eachConnectionHasItsOwnRequests() {
    ByteBuffer a = bytes("a");
    ByteBuffer b = bytes("b");
    ByteBuffer c = bytes("c");
    Target.Requests requests = Target.eachItsOwn(List.of(List.of(a, b), List.of(c)));

    assertThat(List.of(requests.next(0), requests.next(1), requests.next(0), requests.next(0)))
        .containsExactly(a, c, b, a);
  }
}
