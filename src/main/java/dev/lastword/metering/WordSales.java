package dev.lastword.metering;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.Ledger;
import dev.lastword.ledger.Opening;
import dev.lastword.ledger.Order;
import dev.lastword.ledger.Tab;
import dev.lastword.limit.Admission;
import dev.lastword.limit.RateLimiter;
import dev.lastword.telemetry.Telemetry;
import dev.lastword.upstream.Question;
import dev.lastword.words.Brief;
import dev.lastword.words.Generator;
import dev.lastword.words.Pacer;
import dev.lastword.words.StopAt;
import dev.lastword.words.Transcript;
import dev.lastword.words.Vocabulary;
import dev.lastword.words.WordSource;
import dev.lastword.world.World;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sells words one by one: admits by rate, pays ahead in small chunks, replays by key. */
public final class WordSales {

  /** What receipts call what is sold word by word. */
  public static final String WORDS = "words";

  /** What they call what is sold in one piece. */
  public static final String ANSWER = "answer";

  /** No more tokens than these are asked of a model for each word that can be paid. */
  private static final long TOKENS_A_WORD = 32;

  /** However few words can be paid, the model may write that much: it may think first. */
  private static final long LEAST_TOKENS = 256;

  /** With a balance from here on, models set the limit. */
  private static final long AMPLE_WORDS = 1_000;

  private final Ledger ledger;
  private final RateLimiter limiter;
  private final Models models;
  private final Vocabulary vocabulary;
  private final StreamRules rules;
  private final boolean keepsText;
  private final LiveStreams live;
  private final WordStream.Tools tools;

  /**
   * Puts the sale of words together.
   *
   * @param vocabulary for words that were once made of a seed, whatever the generator is now
   * @param keepsText whether receipts say what was sold without a key, too
   */
  public WordSales(
      Ledger ledger,
      RateLimiter limiter,
      Models models,
      Vocabulary vocabulary,
      Pacer pacer,
      StreamRules rules,
      boolean keepsText,
      LiveStreams live,
      World world,
      Telemetry telemetry) {
    this.ledger = ledger;
    this.limiter = limiter;
    this.models = models;
    this.vocabulary = vocabulary;
    this.rules = rules;
    this.keepsText = keepsText;
    this.live = live;
    this.tools = new WordStream.Tools(pacer, rules, live, ledger::commitMillis, world, telemetry);
  }

  /** Starts a stream with its first chunk paid, replays one, or says why not. */
  public StreamStart start(Caller caller, WordRequest request, @Nullable RequestKey key) {
    Brief brief = new Brief(request.seed(), request.maxWords(), null, false);
    return start(caller, request, brief, models.storyteller().begin(brief), key);
  }

  /**
   * Starts an answer, replays one, or says why not. Of one that is sent whole nothing is paid yet.
   */
  public StreamStart chat(Caller caller, ChatRequest request, @Nullable RequestKey key) {
    Optional<Generator> generator = models.find(caller, request.model());
    if (generator.isEmpty()) {
      return refused(Models.unknown(request.model()), null);
    }
    Question.Wishes wishes = request.question().wishes();
    Question question = request.whole() ? affordable(caller, request) : request.question();
    Brief brief = new Brief(wishes.seed(), request.maxWords(), question, request.whole());
    WordSource source = generator.get().begin(brief);
    return start(
        caller,
        new WordRequest(request.maxWords(), wishes.seed(), null),
        brief,
        wishes.stop().isEmpty() ? source : new StopAt(source, wishes.stop()),
        key);
  }

  /**
   * A whole answer is counted when the model has written it: how much it writes follows a balance
   * that is low.
   */
  private static Question affordable(Caller caller, ChatRequest request) {
    Account account = caller.account();
    long left = account == null ? 0 : account.words().left();
    return left == 0 || left >= AMPLE_WORDS
        ? request.question()
        : request.question().ofAtMost(Math.max(LEAST_TOKENS, left * TOKENS_A_WORD));
  }

  private StreamStart start(
      Caller caller,
      WordRequest request,
      Brief brief,
      WordSource source,
      @Nullable RequestKey key) {
    Account account = caller.account();
    if (account == null) {
      return refused(new Refusal.Forbidden("an operator has no account to charge"), null);
    }
    Transcript transcript =
        source.seed().<Transcript>map(Transcript.Seed::new).orElseGet(Transcript.Unknown::new);
    boolean kept = key != null || keepsText;
    Order order =
        new Order(
            account.id(),
            account.incarnation(),
            Meter.WORDS,
            brief.whole() ? ANSWER : WORDS,
            key,
            kept ? transcript.encoded() : null);
    return switch (ledger.open(order)) {
      case Opening.Opened(Tab tab) -> {
        boolean recorded = kept && transcript instanceof Transcript.Unknown;
        yield start(
            account,
            brief.whole() ? new PaidAtOnce(tab, account.words().left(), order.result()) : tab,
            key == null || brief.whole() ? null : ticket(account, key),
            request,
            source,
            recorded ? new Transcript.Recorder(brief.question() != null) : null);
      }
      case Opening.Replayed(Receipt receipt) -> replayed(account, receipt, request, brief);
      case Opening.StillRunning running when key != null ->
          joined(ticket(account, key)).orElseGet(() -> refused(Openings.refusal(running), null));
      case Opening other -> refused(Openings.refusal(other), null);
    };
  }

  private StreamStart start(
      Account account,
      Tab tab,
      LiveStreams.@Nullable Ticket ticket,
      WordRequest request,
      WordSource source,
      Transcript.@Nullable Recorder recorder) {
    boolean started = false;
    try {
      if (live.draining()) {
        return refused(new Refusal.Unavailable("the server is about to stop"), null);
      }
      Admission admission = limiter.admit(account.id());
      if (admission instanceof Admission.Refused(long retryAfterNanos)) {
        return refused(new Refusal.RateLimited(seconds(retryAfterNanos)), admission);
      }
      long chunk = rules.chunkWords(source.meanNanos(), ledger.commitMillis());
      Long maxWords = request.maxWords();
      Draw draw = tab.draw(1, maxWords == null ? chunk : Math.min(chunk, maxWords));
      if (!(draw instanceof Draw.Paid paid)) {
        return refused(Openings.refusal(draw), admission);
      }
      tools.telemetry().chunkPaid(paid.units());
      WordStream stream =
          new WordStream(tools, tab, source, recorder, ticket, request, paid.units());
      if (live.draining()) {
        // It was asked to drain in between, and may not have counted this one.
        stream.abandon();
        return refused(new Refusal.Unavailable("the server is about to stop"), admission);
      }
      started = true;
      return new StreamStart.Started(stream, admission);
    } finally {
      if (!started) {
        tab.close(0, Outcome.FAILED, null);
      }
    }
  }

  private static LiveStreams.Ticket ticket(Account account, RequestKey key) {
    return new LiveStreams.Ticket(account.id(), account.incarnation(), key.key());
  }

  /** Empty if the stream runs elsewhere, is about to end, or is sent whole. */
  private Optional<StreamStart> joined(LiveStreams.Ticket ticket) {
    return live.find(ticket)
        .flatMap(stream ->
            Optional.ofNullable(stream.join())
                .map(seat -> {
                  tools.telemetry().streamJoined();
                  return new StreamStart.Joined(stream.chargeId(), seat);
                }));
  }

  private StreamStart replayed(Account account, Receipt receipt, WordRequest request, Brief brief) {
    Transcript transcript =
        Transcript.decoded(Objects.requireNonNull(receipt.result(), receipt.id()));
    List<String> words =
        brief.question() == null
            ? transcript.words(vocabulary, receipt.amount(), request.stop())
            : transcript.literally(vocabulary, receipt.amount());
    Outcome outcome = receipt.outcome() == null ? Outcome.INTERRUPTED : receipt.outcome();
    boolean cut =
        outcome != Outcome.COMPLETED
            || transcript instanceof Transcript.Seed
            || (transcript instanceof Transcript.Literal literal && literal.cut())
            || words.size() < receipt.amount();
    return new StreamStart.Replayed(
        receipt.id(),
        words,
        new StreamEnd(words.size(), cut, receipt.amount(), account.words().left(), outcome, null));
  }

  private static StreamStart refused(Refusal refusal, @Nullable Admission admission) {
    return new StreamStart.Refused(refusal, admission);
  }

  /** Whole seconds, rounded up: nobody is told to come back too early. */
  public static long seconds(long nanos) {
    return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos + 999_999_999));
  }
}
