package dev.lastword.metering;

import dev.lastword.ledger.Draw;
import dev.lastword.ledger.Opening;

/** What the ledger's no means to a caller. */
final class Openings {

  private Openings() {}

  static Refusal refusal(Opening opening) {
    return switch (opening) {
      case Opening.StillRunning _ ->
          new Refusal.Conflict("a request with this Idempotency-Key is still running");
      case Opening.KeyUsedOtherwise _ -> new Refusal.KeyReused();
      case Opening.NoAccount _ -> new Refusal.NoAccount();
      case Opening.Suspended _ -> new Refusal.Forbidden("the account is suspended");
      case Opening.Opened _, Opening.Replayed _ ->
          throw new IllegalArgumentException("not a refusal: " + opening);
    };
  }

  static Refusal refusal(Draw draw) {
    return switch (draw) {
      case Draw.Insufficient(var meter, long balance, long required) ->
          new Refusal.InsufficientBalance(meter, balance, required);
      case Draw.Ended _ -> new Refusal.Forbidden("the account was suspended or deleted just now");
      case Draw.Paid _ -> throw new IllegalArgumentException("not a refusal: " + draw);
    };
  }
}
