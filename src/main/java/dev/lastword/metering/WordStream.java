package dev.lastword.metering;

import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.Tab;
import dev.lastword.telemetry.Telemetry;
import dev.lastword.upstream.UpstreamFailure;
import dev.lastword.words.Pacer;
import dev.lastword.words.Transcript;
import dev.lastword.words.WordSource;
import dev.lastword.words.WordSource.Next;
import dev.lastword.world.Step;
import dev.lastword.world.World;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One running stream: wait, write a word, draw the next chunk if this one is used up. Words are
 * paid before they are sent; a word counts as delivered when the connection took it. Run by one
 * thread, once; {@link #wake} and the cuts come from others.
 */
public final class WordStream {

  /** How long a write may hang beyond the stream's time before its connection is cut. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** A write that takes longer waited for its reader. */
  private static final Duration HELD_UP = Duration.ofMillis(250);

  /** Whoever is later than this may have been taken for dead: no process starts faster. */
  private static final Duration STANDSTILL = Duration.ofMillis(500);

  /** What a stream works with; one for all of them. */
  record Tools(
      Pacer pacer,
      StreamRules rules,
      LiveStreams live,
      LongSupplier commitMillis,
      World world,
      Telemetry telemetry) {}

  private final Tools tools;
  private final Tab tab;
  private final WordSource source;
  private final Transcript.@Nullable Recorder recorder;
  private final LiveStreams.@Nullable Ticket ticket;
  private final long maxWords;
  private final @Nullable String stop;
  private final Pacer.Alarm alarm;
  private long paid;
  private long delivered;
  private boolean cut = true;
  private @Nullable UpstreamFailure failure;
  private volatile long deadline;
  private volatile @Nullable Recipient recipient;
  private volatile @Nullable Audience audience;

  /**
   * A stream with its first chunk paid.
   *
   * @param recorder where a receipt must keep the words, because nothing else gives them again
   * @param ticket what others may join it by; null if nobody may
   */
  WordStream(
      Tools tools,
      Tab tab,
      WordSource source,
      Transcript.@Nullable Recorder recorder,
      LiveStreams.@Nullable Ticket ticket,
      WordRequest request,
      long firstChunk) {
    this.tools = tools;
    this.tab = tab;
    this.source = source;
    this.recorder = recorder;
    this.ticket = ticket;
    this.maxWords = request.maxWords() == null ? Long.MAX_VALUE : request.maxWords();
    this.stop = request.stop();
    this.paid = firstChunk;
    this.alarm = tools.pacer().alarm();
    this.deadline = now() + tools.rules().maximum().toNanos();
    tools.live().add(this);
  }

  /** The charge's id. */
  public String chargeId() {
    return tab.id();
  }

  LiveStreams.@Nullable Ticket ticket() {
    return ticket;
  }

  /** A place for one more to whom it is written from its first word on; null if there is none. */
  Audience.@Nullable Seat join() {
    Audience all = audience;
    return all == null ? null : all.join();
  }

  /**
   * Writes words until something ends it, and settles what was delivered. A source that fails
   * before its first word leaves nothing to write: the end then says what to answer.
   */
  public StreamEnd run(Recipient to) {
    if (ticket == null) {
      return write(to);
    }
    Audience all = new Audience(to);
    audience = all;
    StreamEnd end = null;
    try {
      end = write(all);
      return end;
    } finally {
      all.finish(end);
    }
  }

  private StreamEnd write(Recipient to) {
    recipient = to;
    Outcome outcome = Outcome.FAILED;
    Optional<Receipt> receipt = Optional.empty();
    try {
      to.whenLeft(this::wake);
      outcome = deliver(to);
    } finally {
      source.close();
      Audience all = audience;
      if (all != null) {
        all.close();
      }
      try {
        receipt =
            tab.close(
                delivered, outcome, recorder == null ? null : recorder.transcript(cut).encoded());
      } finally {
        // Whoever waits for the last stream waits for its receipt, too.
        tools.live().remove(this);
      }
      outcome = receipt.map(Receipt::outcome).orElse(outcome);
      tools
          .telemetry()
          .charged(tab instanceof PaidAtOnce ? WordSales.ANSWER : WordSales.WORDS, outcome.word());
    }
    long charged = receipt.map(Receipt::amount).orElse(0L);
    return new StreamEnd(
        delivered,
        cut || charged < delivered,
        charged,
        tab.balance(),
        outcome,
        refusal(charged, outcome));
  }

  /** Why not one word is sold; null if one is, or none was to be had. */
  private @Nullable Refusal refusal(long charged, Outcome outcome) {
    if (charged > 0) {
      return null;
    }
    if (failure != null) {
      return Refusal.of(failure);
    }
    if (tab instanceof PaidAtOnce whole) {
      Draw refused = whole.refused();
      if (refused != null) {
        return Openings.refusal(refused);
      }
      if (outcome == Outcome.SHUTDOWN) {
        return new Refusal.Unavailable("the server is about to stop");
      }
      if (outcome == Outcome.DELETED || outcome == Outcome.INTERRUPTED) {
        return Openings.refusal(new Draw.Ended(outcome));
      }
    }
    return null;
  }

  private Outcome deliver(Recipient to) {
    long due = now();
    while (true) {
      Next next = source.next(due, deadline);
      if (!(next instanceof Next.Word(String word, long itsDue))) {
        return ended(to).orElseGet(() -> over(next));
      }
      due = itsDue;
      if (word.equals(stop)) {
        cut = false;
        return Outcome.COMPLETED;
      }
      if (due - deadline > 0) {
        return Outcome.COMPLETED;
      }
      alarm.sleepUntil(due);
      Optional<Outcome> ended = ended(to);
      if (ended.isPresent()) {
        // Whatever was paid ahead is given back; nobody need wait for it first.
        return ended.get();
      }
      tab.awaitPaid();
      tools.world().steps().at(Step.WORD_DUE);
      if (now() - due > STANDSTILL.toNanos()) {
        // This process may have stood still while another took over and closed the receipt.
        tab.confirm();
      }
      ended = ended(to);
      if (ended.isPresent()) {
        return ended.get();
      }
      long begun = now();
      try {
        to.word(delivered + 1, word);
      } catch (Recipient.Gone e) {
        return Outcome.DISCONNECTED;
      }
      tools.world().steps().at(Step.WORD_WRITTEN);
      delivered++;
      if (recorder != null) {
        recorder.add(word);
      }
      long written = now();
      tools.telemetry().wordWritten(written - due);
      if (delivered == maxWords || written - deadline > 0) {
        return Outcome.COMPLETED;
      }
      if (written - begun > HELD_UP.toNanos()) {
        // A reader that held up this word gets the next ones at its pace, not all it missed at
        // once.
        due = written;
      }
      Optional<Outcome> unpaid = payAhead();
      if (unpaid.isPresent()) {
        return unpaid.get();
      }
    }
  }

  private Outcome over(Next next) {
    if (next instanceof Next.Failed(UpstreamFailure why)) {
      failure = why;
      return Outcome.FAILED;
    }
    cut = !(next instanceof Next.Over(boolean more)) || more;
    return Outcome.COMPLETED;
  }

  /** What can end the stream before its next word. */
  private Optional<Outcome> ended(Recipient to) {
    if (to.left()) {
      return Optional.of(Outcome.DISCONNECTED);
    }
    Optional<Outcome> ended = tab.ended();
    if (ended.isPresent()) {
      return ended;
    }
    return tools.live().stopping() ? Optional.of(Outcome.SHUTDOWN) : Optional.empty();
  }

  /**
   * Draws the next chunk once this one is used up: right after a word and not right before the
   * next, so that a slow commit falls into the wait between them. Nobody waits for it until then.
   */
  private Optional<Outcome> payAhead() {
    if (delivered < paid) {
      return Optional.empty();
    }
    long chunk = tools.rules().chunkWords(source.meanNanos(), tools.commitMillis().getAsLong());
    return switch (tab.drawAhead(1, Math.min(chunk, maxWords - delivered))) {
      case Draw.Paid(long units, long _) -> {
        paid += units;
        tools.telemetry().chunkPaid(units);
        yield Optional.empty();
      }
      case Draw.Insufficient _ -> Optional.of(Outcome.EXHAUSTED);
      case Draw.Ended(Outcome outcome) -> Optional.of(outcome);
    };
  }

  private long now() {
    return tools.world().nanoTime().getAsLong();
  }

  void wake() {
    alarm.wake();
    source.close();
  }

  void cutIfOverdue() {
    if (now() - deadline > GRACE.toNanos()) {
      cut();
    }
  }

  void cut() {
    Recipient to = recipient;
    if (to != null) {
      to.cut();
    }
  }

  /** The stream never began: nothing was delivered. */
  public Optional<Receipt> abandon() {
    source.close();
    try {
      return tab.close(0, Outcome.DISCONNECTED, null);
    } finally {
      tools.live().remove(this);
    }
  }
}
