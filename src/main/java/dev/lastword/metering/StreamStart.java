package dev.lastword.metering;

import dev.lastword.limit.Admission;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request for words gets. */
public sealed interface StreamStart {
  /** The first chunk is paid; run the stream. */
  record Started(WordStream stream, Admission admission) implements StreamStart {}

  /** The same key and request runs at this moment: its words, for nothing. */
  record Joined(String chargeId, Audience.Seat seat) implements StreamStart {}

  /** The same key and request ran before: the same words, for nothing. */
  record Replayed(String chargeId, List<String> words, StreamEnd end) implements StreamStart {}

  /**
   * Nothing is streamed.
   *
   * @param admission null if the request did not come as far as the rate limit
   */
  record Refused(Refusal refusal, @Nullable Admission admission) implements StreamStart {}
}
