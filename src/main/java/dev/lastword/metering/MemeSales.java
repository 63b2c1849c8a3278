package dev.lastword.metering;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.ledger.Draw;
import dev.lastword.ledger.Ledger;
import dev.lastword.ledger.Opening;
import dev.lastword.ledger.Order;
import dev.lastword.ledger.Tab;
import dev.lastword.memes.Model;
import dev.lastword.memes.Prompt;
import dev.lastword.memes.TextMemes;
import dev.lastword.pictures.Picture;
import dev.lastword.pictures.PictureFormat;
import dev.lastword.pictures.Studio;
import dev.lastword.places.Place;
import dev.lastword.places.Places;
import dev.lastword.telemetry.Telemetry;
import dev.lastword.upstream.UpstreamFailure;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sells memes at a fixed price: made by a model to those who may, from the stock to the others. */
public final class MemeSales {

  /** Tokens a meme costs, 1 or more. */
  public record Prices(long textMeme, long aiMeme) {}

  static final String TEXT_MEME = "text_meme";
  static final String AI_MEME = "ai_meme";

  private final Ledger ledger;
  private final Places places;
  private final TextMemes stock;
  private final Model model;
  private final Prices prices;
  private final Studio studio;
  private final Telemetry telemetry;
  private final Steps steps;

  public MemeSales(
      Ledger ledger,
      Places places,
      TextMemes stock,
      Model model,
      Prices prices,
      Studio studio,
      Telemetry telemetry,
      Steps steps) {
    this.ledger = ledger;
    this.places = places;
    this.stock = stock;
    this.model = model;
    this.prices = prices;
    this.studio = studio;
    this.telemetry = telemetry;
    this.steps = steps;
  }

  /** Sells one meme, or none and for nothing. */
  public MemeAnswer sell(Caller caller, MemeRequest request, @Nullable RequestKey key) {
    Account account = caller.account();
    if (account == null) {
      return new MemeAnswer.Refused(new Refusal.Forbidden("an operator has no account to charge"));
    }
    boolean artificial = caller.may(Permission.GENERATE_LLM_MEME);
    Order order =
        new Order(
            account.id(),
            account.incarnation(),
            Meter.TOKENS,
            artificial ? AI_MEME : TEXT_MEME,
            key,
            null);
    return switch (ledger.open(order)) {
      case Opening.Opened(Tab tab) -> {
        try {
          boolean kept = key != null || request.picture() != null;
          yield artificial ? artificial(tab, request, kept) : fromStock(tab, request, kept);
        } finally {
          // Closed already unless something broke: then nothing was delivered.
          tab.close(0, Outcome.FAILED, null);
        }
      }
      case Opening.Replayed(Receipt receipt) -> replayed(account, receipt, request.picture());
      case Opening refused -> new MemeAnswer.Refused(Openings.refusal(refused));
    };
  }

  private MemeAnswer fromStock(Tab tab, MemeRequest request, boolean kept) {
    Place place = place(request);
    Meme meme =
        new Meme(stock.generate(request.query(), place), described(place), null, request.query());
    if (request.picture() != null) {
      return drawn(tab, meme, request.picture());
    }
    return switch (tab.charge(prices.textMeme(), kept ? meme.encoded() : null)) {
      case Draw.Paid(long units, long balance) -> {
        telemetry.charged(TEXT_MEME, Outcome.COMPLETED.word());
        yield new MemeAnswer.Sold(meme, tab.id(), units, balance, false, null);
      }
      case Draw refused -> new MemeAnswer.Refused(Openings.refusal(refused));
    };
  }

  /**
   * First the turn, then the payment, then the picture, then the close: who must wait too long has
   * paid nothing, who cannot pay makes nobody draw, and what could not be drawn is given back.
   */
  private MemeAnswer drawn(Tab tab, Meme meme, PictureFormat format) {
    try (Studio.Turn turn = studio.turn()) {
      Draw draw = tab.draw(prices.textMeme(), prices.textMeme());
      if (!(draw instanceof Draw.Paid paid)) {
        return new MemeAnswer.Refused(Openings.refusal(draw));
      }
      Picture picture = turn.draw(tab.id(), meme.poster(), format);
      steps.at(Step.MEME_MADE);
      tab.close(paid.units(), Outcome.COMPLETED, meme.encoded());
      telemetry.charged(TEXT_MEME, Outcome.COMPLETED.word());
      return new MemeAnswer.Sold(meme, tab.id(), paid.units(), paid.balance(), false, picture);
    } catch (Studio.Busy e) {
      return new MemeAnswer.Refused(busy(e, "nothing was charged"));
    }
  }

  private static Refusal busy(Studio.Busy why, String charge) {
    return new Refusal.Unavailable(why.detail() + "; " + charge);
  }

  private MemeAnswer artificial(Tab tab, MemeRequest request, boolean kept) {
    Draw draw = tab.draw(prices.aiMeme(), prices.aiMeme());
    if (!(draw instanceof Draw.Paid paid)) {
      return new MemeAnswer.Refused(Openings.refusal(draw));
    }
    Place place = place(request);
    Meme meme;
    Picture picture;
    try {
      String text = model.generate(new Prompt(request.query(), place));
      meme = new Meme(text, described(place), model.name(), request.query());
      PictureFormat format = request.picture();
      picture = format == null ? null : studio.picture(tab.id(), meme.poster(), format);
    } catch (UpstreamFailure e) {
      return failed(tab, Refusal.of(e));
    } catch (Studio.Busy e) {
      return failed(tab, busy(e, "nothing was charged"));
    }
    steps.at(Step.MEME_MADE);
    tab.close(paid.units(), Outcome.COMPLETED, kept ? meme.encoded() : null);
    telemetry.charged(AI_MEME, Outcome.COMPLETED.word());
    return new MemeAnswer.Sold(meme, tab.id(), paid.units(), paid.balance(), false, picture);
  }

  private MemeAnswer failed(Tab tab, Refusal why) {
    tab.close(0, Outcome.FAILED, null);
    telemetry.charged(AI_MEME, Outcome.FAILED.word());
    return new MemeAnswer.Refused(why);
  }

  private MemeAnswer replayed(Account account, Receipt receipt, @Nullable PictureFormat format) {
    Meme meme = Meme.decoded(Objects.requireNonNull(receipt.result(), receipt.id()));
    try {
      Picture picture = format == null ? null : studio.picture(receipt.id(), meme.poster(), format);
      long left = account.tokens().left();
      return new MemeAnswer.Sold(meme, receipt.id(), receipt.amount(), left, true, picture);
    } catch (Studio.Busy e) {
      return new MemeAnswer.Refused(busy(e, "the meme is paid, and can be fetched with its key"));
    }
  }

  private @Nullable Place place(MemeRequest request) {
    Coordinates at = request.at();
    return at == null ? null : places.nearest(at.latitude(), at.longitude());
  }

  private static @Nullable String described(@Nullable Place place) {
    return place == null ? null : place.describe();
  }
}
