package dev.lastword.words;

import dev.lastword.upstream.Question;
import dev.lastword.upstream.Talk;
import dev.lastword.upstream.Upstream;
import dev.lastword.upstream.UpstreamFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The words that a model streams, at its pace. It is asked when the first word is. */
public final class UpstreamWords implements WordSource {

  private static final String INSTRUCTIONS =
      """
      You write plain English prose: whole sentences without headings, lists, markup or line \
      breaks. Begin at once, and go on until you are stopped.\
      """;

  private static final long UNKNOWN_NANOS = Duration.ofDays(1).toNanos();

  /** How often a wait looks whether it has been closed, and whether time stood still. */
  private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

  /** A look that comes so late says that this process did not run. */
  private static final long STANDSTILL_NANOS = 4 * LOOK_NANOS;

  private final Upstream upstream;
  private final Question question;
  private final LongSupplier nanoTime;
  private final String use;
  private final WordSplitter words;
  private boolean complete;
  private boolean cut;
  private long aliveNanos;
  private @Nullable Long stoodStillNanos;
  private long taken;
  private long firstNanos;
  private long lastNanos;
  private volatile boolean closed;
  private @Nullable Talk talk;

  /** Words of a story. Nothing is asked yet. */
  public UpstreamWords(
      Upstream upstream, @Nullable Long seed, @Nullable Long maxWords, LongSupplier nanoTime) {
    this(
        upstream,
        "words",
        new Question(
            INSTRUCTIONS,
            "Tell a story."
                + (maxWords == null ? "" : " It needs no more than " + maxWords + " words."),
            seed),
        new WordSplitter(),
        nanoTime);
  }

  /** The answer to a question, to the letter. Nothing is asked yet. */
  public UpstreamWords(Upstream upstream, Question question, LongSupplier nanoTime) {
    this(upstream, "chat", question, new WordSplitter(true), nanoTime);
  }

  private UpstreamWords(
      Upstream upstream, String use, Question question, WordSplitter words, LongSupplier nanoTime) {
    this.upstream = upstream;
    this.use = use;
    this.question = question;
    this.words = words;
    this.nanoTime = nanoTime;
  }

  @Override
  public Next next(long fromNanos, long deadlineNanos) {
    if (taken == 0 || fromNanos - aliveNanos > 0) {
      aliveNanos = fromNanos;
    }
    try {
      while (true) {
        String word = words.poll();
        long now = look();
        if (word != null) {
          return taken(word, now);
        }
        if (complete || closed || now - deadlineNanos >= 0) {
          return new Next.Over(!complete || cut);
        }
        switch (talk().next(Math.min(LOOK_NANOS, deadlineNanos - now))) {
          case Talk.Said.Text(String text) -> words.add(text);
          case Talk.Said.Nothing _ -> {}
          case Talk.Said.Over(boolean tooLong) -> {
            words.end();
            complete = true;
            cut = tooLong;
          }
          case Talk.Said.Failed(UpstreamFailure why) -> {
            return closed ? new Next.Over(true) : new Next.Failed(why);
          }
        }
      }
    } catch (UpstreamFailure e) {
      return new Next.Failed(e);
    } catch (InterruptedException e) {
      // Its client was given up.
      Thread.currentThread().interrupt();
      return new Next.Over(true);
    }
  }

  private long look() {
    long now = nanoTime.getAsLong();
    if (stoodStillNanos == null && now - aliveNanos > STANDSTILL_NANOS) {
      stoodStillNanos = aliveNanos;
    }
    aliveNanos = now;
    return now;
  }

  private Next taken(String word, long now) {
    firstNanos = taken == 0 ? now : firstNanos;
    lastNanos = now;
    taken++;
    long due = stoodStillNanos == null ? now : stoodStillNanos;
    stoodStillNanos = null;
    return new Next.Word(word, due);
  }

  private synchronized Talk talk() throws UpstreamFailure {
    Talk open = talk;
    if (open == null) {
      open = upstream.listen(use, question);
      talk = open;
      if (closed) {
        open.close();
      }
    }
    return open;
  }

  /** As it was measured so far. */
  @Override
  public long meanNanos() {
    return taken < 2 ? UNKNOWN_NANOS : (lastNanos - firstNanos) / (taken - 1);
  }

  /** The upstream takes one as a wish. */
  @Override
  public Optional<Long> seed() {
    return Optional.empty();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (talk != null) {
      talk.close();
    }
  }
}
