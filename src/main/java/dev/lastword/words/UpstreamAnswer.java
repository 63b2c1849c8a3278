package dev.lastword.words;

import dev.lastword.upstream.Inquiry;
import dev.lastword.upstream.Question;
import dev.lastword.upstream.Upstream;
import dev.lastword.upstream.UpstreamFailure;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The words of an answer that a model gives in one piece. It is asked when the first word is. */
public final class UpstreamAnswer implements WordSource {

  private final Upstream upstream;
  private final Question question;
  private final LongSupplier nanoTime;
  private @Nullable Iterator<String> words;
  private boolean cut;
  private volatile boolean closed;
  private @Nullable Inquiry inquiry;

  /** Nothing is asked yet. */
  public UpstreamAnswer(Upstream upstream, Question question, LongSupplier nanoTime) {
    this.upstream = upstream;
    this.question = question;
    this.nanoTime = nanoTime;
  }

  @Override
  public Next next(long fromNanos, long deadlineNanos) {
    Iterator<String> rest = words;
    if (rest == null) {
      try {
        rest = ask(Duration.ofNanos(deadlineNanos - nanoTime.getAsLong()));
      } catch (UpstreamFailure e) {
        return closed ? new Next.Over(true) : new Next.Failed(e);
      }
      words = rest;
    }
    return rest.hasNext() ? new Next.Word(rest.next(), nanoTime.getAsLong()) : new Next.Over(cut);
  }

  private Iterator<String> ask(Duration patience) throws UpstreamFailure {
    Inquiry.Answer answer = inquiry().answer(patience);
    WordSplitter splitter = new WordSplitter(true);
    splitter.add(answer.text());
    cut = answer.cut();
    return splitter.rest().iterator();
  }

  private synchronized Inquiry inquiry() throws UpstreamFailure {
    Inquiry begun = upstream.inquire("chat", question);
    inquiry = begun;
    if (closed) {
      begun.close();
    }
    return begun;
  }

  /** All words are there at once. */
  @Override
  public long meanNanos() {
    return 1;
  }

  /** The upstream takes one as a wish. */
  @Override
  public Optional<Long> seed() {
    return Optional.empty();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (inquiry != null) {
      inquiry.close();
    }
  }
}
