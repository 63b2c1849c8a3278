package dev.lastword.metering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Creation;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.TimeOrderedIds;
import dev.lastword.ledger.CommitObserver;
import dev.lastword.ledger.LocalLedger;
import dev.lastword.memes.Model;
import dev.lastword.memes.Prompt;
import dev.lastword.memes.TextMemes;
import dev.lastword.pictures.Studio;
import dev.lastword.places.Places;
import dev.lastword.store.sqlite.SqliteAccounts;
import dev.lastword.telemetry.Telemetry;
import dev.lastword.upstream.UpstreamFailure;
import dev.lastword.world.Steps;
import dev.lastword.world.World;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemeSalesTest {

  @TempDir private Path folder;
  private Accounts accounts;
  private LocalLedger ledger;
  private Account ann;
  private final Studio studio = new Studio(Studio.Limits.usual());

  @BeforeEach
  void open() {
    InstantSource clock = InstantSource.system();
    TimeOrderedIds ids = new TimeOrderedIds(clock, new Random());
    accounts = SqliteAccounts.open(folder, ids, Steps.NONE, failure -> {});
    ledger = LocalLedger.begin(accounts, ids, World.real(), CommitObserver.NONE, failure -> {});
    Creation creation =
        accounts.create(
            new NewAccount("ann", null, Set.of(Permission.GENERATE_LLM_MEME), 10, 0),
            null,
            Instant.now());
    ann = ((Creation.Created) creation).account();
  }

  @AfterEach
  void close() {
    studio.close();
    ledger.close();
    accounts.close();
  }

  private MemeAnswer sell(Model model, RequestKey key) {
    MemeSales sales =
        new MemeSales(
            ledger,
            Places.load(),
            TextMemes.load(),
            model,
            new MemeSales.Prices(1, 2),
            studio,
            new Telemetry(),
            Steps.NONE);
    return sales.sell(
        new Caller("ann", ann, ann.permissions()), new MemeRequest("food", null), key);
  }

  private Receipt lastReceipt() {
    return accounts.receipts(ann.incarnation(), null, null, 1).getFirst();
  }

  private record FakeModel(String answer) implements Model {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public String generate(Prompt prompt) throws UpstreamFailure {
      if (answer.isEmpty()) {
        throw new UpstreamFailure(UpstreamFailure.Kind.EMPTY);
      }
      return answer;
    }
  }

  @Test
  void promise5AFailedGenerationCostsNothingAndItsKeyMayBeTriedAgain() {
    RequestKey key = new RequestKey("k", "f");

    MemeAnswer failed = sell(new FakeModel(""), key);

    assertThat(failed)
        .isEqualTo(
            new MemeAnswer.Refused(
                new Refusal.GenerationFailed("the model gave no text; nothing was charged")));
    assertThat(ledger.account("ann").orElseThrow().tokens().left()).isEqualTo(10);
    assertThat(lastReceipt().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(lastReceipt().amount()).isZero();
    MemeAnswer.Sold sold = (MemeAnswer.Sold) sell(new FakeModel("two\nlines"), key);
    assertThat(sold.replayed()).isFalse();
    assertThat(sold.balance()).isEqualTo(8);
    MemeAnswer.Sold again = (MemeAnswer.Sold) sell(new FakeModel("another"), key);
    assertThat(again.replayed()).isTrue();
    assertThat(again.meme()).isEqualTo(new Meme("two\nlines", null, "fake", "food"));
    assertThat(accounts.audit().discrepancies()).isEmpty();
  }

  @Test
  void promise5AMistakeInAModelCostsNothingEither() {
    Model broken =
        new Model() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public String generate(Prompt prompt) {
            throw new IllegalStateException("a mistake");
          }
        };

    assertThatThrownBy(() -> sell(broken, null)).hasMessage("a mistake");

    assertThat(ledger.account("ann").orElseThrow().tokens().left()).isEqualTo(10);
    assertThat(lastReceipt().outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void anOperatorHasNothingToPayWith() {
    MemeSales sales =
        new MemeSales(
            ledger,
            Places.load(),
            TextMemes.load(),
            new FakeModel("x"),
            new MemeSales.Prices(1, 2),
            studio,
            new Telemetry(),
            Steps.NONE);

    MemeAnswer answer =
        sales.sell(
            new Caller("root", null, Set.of(Permission.ADMIN)),
            new MemeRequest("food", null),
            null);

    assertThat(answer)
        .isEqualTo(
            new MemeAnswer.Refused(new Refusal.Forbidden("an operator has no account to charge")));
  }
}
