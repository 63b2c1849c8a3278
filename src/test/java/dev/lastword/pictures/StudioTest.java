package dev.lastword.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.pictures.Studio.Limits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StudioTest {

  private static final Poster POSTER = new Poster("hello", null, null);

  @Test
  void whoDoesNotGetATurnInTimeIsTold() throws Studio.Busy {
    try (Studio studio = new Studio(new Limits(1, Duration.ofMillis(20), 1 << 20))) {
      try (Studio.Turn turn = studio.turn()) {
        assertThatThrownBy(studio::turn).isInstanceOf(Studio.Busy.class);
        assertThatThrownBy(() -> studio.picture("a", POSTER, PictureFormat.PNG))
            .isInstanceOf(Studio.Busy.class);
        assertThat(turn.draw("a", POSTER, PictureFormat.PNG).bytes()).isNotEmpty();
        // What is remembered needs no turn.
        assertThat(studio.picture("a", POSTER, PictureFormat.PNG).bytes()).isNotEmpty();
      }
      assertThat(studio.picture("b", POSTER, PictureFormat.PNG).bytes()).isNotEmpty();
    }
  }

  /** A server that stops closes it while requests still wait. */
  @Test
  void aClosedStudioDrawsNothingAndSaysSo() throws Studio.Busy {
    Studio studio = new Studio(new Limits(1, Duration.ofSeconds(1), 1 << 20));
    try (Studio.Turn turn = studio.turn()) {
      studio.close();
      assertThatThrownBy(() -> turn.draw("a", POSTER, PictureFormat.PNG))
          .isInstanceOf(Studio.Busy.class);
    }
  }

  @Test
  void onlyTheLatestAreRemembered() throws Studio.Busy {
    int size = size();
    try (Studio studio = new Studio(new Limits(1, Duration.ofSeconds(1), 2L * size))) {
      for (String id : new String[] {"a", "b", "a", "c"}) {
        studio.picture(id, POSTER, PictureFormat.PNG);
      }

      assertThat(studio.remembered("a", PictureFormat.PNG)).isPresent();
      assertThat(studio.remembered("b", PictureFormat.PNG)).isEmpty();
      assertThat(studio.remembered("c", PictureFormat.PNG)).isPresent();
      assertThat(studio.remembered("c", PictureFormat.JPEG)).isEmpty();
    }
  }

  private static int size() throws Studio.Busy {
    try (Studio studio = new Studio(new Limits(1, Duration.ofSeconds(1), 0))) {
      int size = studio.picture("a", POSTER, PictureFormat.PNG).bytes().length;
      assertThat(studio.remembered("a", PictureFormat.PNG)).isEmpty();
      return size;
    }
  }
}
