package dev.lastword.accounts;

/**
 * A receipt that travels ahead of its settlement, because both do not fit into one message.
 *
 * @param receiptId of the receipt
 * @param version of the receipt; another version is another one ahead
 * @param text the receipt as the queue writes it, ASCII, up to 256 KiB; a store does not read it
 */
public record ReceiptAhead(String receiptId, long version, String text) {

  /** By what it is found. */
  public record Key(String receiptId, long version) {}

  public Key key() {
    return new Key(receiptId, version);
  }
}
