package dev.lastword.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventReaderTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9, 1_000})
  void wordsAndTheEndAreTold(int bytesAtATime) throws IOException {
    EventReader events =
        new EventReader(
            ChunkedInputTest.trickle(
                "id: 1\ndata: {\"word\":\"a\"}\n\nid: 12\ndata: {}\n\nevent: end\ndata: {\"words\":2}\n\n",
                bytesAtATime));

    assertThat(events.next()).isTrue();
    assertThat(events.id()).isEqualTo(1);
    assertThat(events.isEnd()).isFalse();
    assertThat(events.data()).isEqualTo("{\"word\":\"a\"}");
    assertThat(events.next()).isTrue();
    assertThat(events.id()).isEqualTo(12);
    assertThat(events.next()).isTrue();
    assertThat(events.isEnd()).isTrue();
    assertThat(events.id()).isZero();
    assertThat(events.data()).isEqualTo("{\"words\":2}");
    assertThat(events.next()).isFalse();
  }

  @Test
  void halfAnEventIsNone() throws IOException {
    assertThat(new EventReader(ChunkedInputTest.trickle("event: end\ndata: {}\n", 7)).next())
        .isFalse();
  }

  @Test
  void anEndlessLineIsRefused() {
    EventReader events = new EventReader(ChunkedInputTest.trickle("x".repeat(2_000), 64));
    assertThatExceptionOfType(ProtocolException.class).isThrownBy(events::next);
  }
}
