package dev.lastword.metering;

import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.identity.Links;
import dev.lastword.pictures.Picture;
import dev.lastword.pictures.PictureFormat;
import dev.lastword.pictures.Studio;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows memes that were paid for as pictures, again and for nothing. Safe for use by many threads.
 */
public final class Album {

  private static final Set<String> MEMES = Set.of(MemeSales.TEXT_MEME, MemeSales.AI_MEME);

  private final Accounts accounts;
  private final Studio studio;
  private final @Nullable Links links;

  /**
   * An album.
   *
   * @param links null where nodes have no secret in common, and so give no links
   */
  public Album(Accounts accounts, Studio studio, @Nullable Links links) {
    this.accounts = accounts;
    this.studio = studio;
    this.links = links;
  }

  /** What belongs into a link that shows a charge's picture to anybody; empty if there are none. */
  public Optional<String> signature(long incarnation, String chargeId) {
    return links == null ? Optional.empty() : Optional.of(links.signature(incarnation, chargeId));
  }

  /** The account that a signed link belongs to; empty if nobody signed it. */
  public Optional<Long> signedFor(String chargeId, String signature) {
    return links == null ? Optional.empty() : links.account(chargeId, signature);
  }

  /** A picture that was drawn or shown a short while ago; asks nobody whose it is. */
  public Optional<Picture> remembered(String chargeId, PictureFormat format) {
    return studio.remembered(chargeId, format);
  }

  /** The receipt of a meme of that account's; empty if it has no such one. */
  public Optional<Receipt> receipt(long incarnation, String chargeId) {
    return accounts
        .receipt(incarnation, chargeId)
        .filter(
            receipt -> MEMES.contains(receipt.product()) && receipt.outcome() == Outcome.COMPLETED);
  }

  /** Whether a receipt keeps what it takes to draw its meme. */
  public static boolean isKept(Receipt receipt) {
    return MEMES.contains(receipt.product())
        && receipt.outcome() == Outcome.COMPLETED
        && receipt.result() != null;
  }

  /**
   * The picture of a meme.
   *
   * @throws Studio.Busy if too many others are drawn
   */
  public Optional<Picture> show(Receipt receipt, PictureFormat format) throws Studio.Busy {
    String result = receipt.result();
    return result == null
        ? Optional.empty()
        : Optional.of(studio.picture(receipt.id(), Meme.decoded(result).poster(), format));
  }
}
