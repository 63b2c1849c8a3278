package dev.lastword.settlement;

import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.accounts.Settlement;
import java.util.List;

/** What goes through the queue. */
sealed interface Message {

  /** The group it goes in. */
  String holder();

  /** The message's type, as the queue shows it. */
  String type();

  /**
   * Spending.
   *
   * @param ahead receipts that belong to it and came before it; empty but for giants
   */
  record Settle(Settlement settlement, List<ReceiptAhead.Key> ahead) implements Message {

    static final String TYPE = "update-tokens";

    @Override
    public String holder() {
      return settlement.holder();
    }

    @Override
    public String type() {
      return TYPE;
    }
  }

  /** Receipts whose settlement follows. */
  record Ahead(String holder, List<Receipt> receipts) implements Message {

    static final String TYPE = "receipts-ahead";

    @Override
    public String type() {
      return TYPE;
    }
  }

  /** Every epoch of the holder up to this one is over. */
  record Seal(String holder, long epoch) implements Message {

    static final String TYPE = "seal-epoch";

    @Override
    public String type() {
      return TYPE;
    }
  }
}
