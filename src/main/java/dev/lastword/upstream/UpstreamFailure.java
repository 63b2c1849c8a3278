package dev.lastword.upstream;

import java.util.Locale;

/**
 * The model was asked and did not answer as it should. The message says what happened in words of
 * ours: nothing of what the upstream said is in it.
 */
public final class UpstreamFailure extends Exception {

  private static final long serialVersionUID = 1;

  /** What can go wrong, and whether trying again soon may help. */
  public enum Kind {
    /** No connection, or it broke before any answer. */
    UNREACHABLE(true, "the model cannot be reached"),
    /** No answer, or no further word, in time. */
    SLOW(true, "the model does not answer in time"),
    /** 429 or 503, or too many calls of ours at once. */
    OVERLOADED(true, "the model is overloaded"),
    /** It failed too often just now and is left alone for a while. */
    RESTING(true, "the model has failed too often just now"),
    /** Any other status of 500 or more, or an error in the middle of a stream. */
    BROKEN(false, "the model failed"),
    /** A status below 500 that is neither 200 nor 429. */
    REFUSED(false, "the model refused the request"),
    /** Not the JSON, the events or the media type that were asked for. */
    MALFORMED(false, "the model's answer cannot be read"),
    /** It ended before it was complete. */
    CUT(false, "the model's answer was cut off"),
    /** More bytes than are borne. */
    TOO_LARGE(false, "the model's answer is too large"),
    /** An answer without text. */
    EMPTY(false, "the model gave no text");

    private final boolean passing;
    private final String sentence;

    Kind(boolean passing, String sentence) {
      this.passing = passing;
      this.sentence = sentence;
    }

    /** The name in metrics and logs, in lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Kind kind;
  private final long retryAfterSeconds;

  UpstreamFailure(Kind kind, long retryAfterSeconds) {
    super(kind.sentence);
    this.kind = kind;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** A failure after which trying again in a second is as good as any time. */
  public UpstreamFailure(Kind kind) {
    this(kind, 1);
  }

  /** A failure that an exception showed. */
  UpstreamFailure(Kind kind, Throwable cause) {
    super(kind.sentence, cause);
    this.kind = kind;
    this.retryAfterSeconds = 1;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether it may pass by itself: what cannot be reached or is overloaded. */
  public boolean passing() {
    return kind.passing;
  }

  /** When to try again, 1 to 60; of meaning only if it may pass. */
  public long retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
