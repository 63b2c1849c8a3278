package dev.lastword.metering;

import dev.lastword.accounts.Permission;
import dev.lastword.words.Generator;
import java.util.List;
import java.util.Optional;

/** The models that answer questions, and who may ask which. Immutable. */
public final class Models {

  /**
   * One of them.
   *
   * @param name as clients call it
   * @param free whether every account may ask it; otherwise it takes the permission {@code
   *     model:<name>}
   */
  public record Offer(String name, boolean free, Generator generator) {
    boolean isFor(Caller caller) {
      return free || caller.may(Permission.model(name));
    }
  }

  private final List<Offer> offers;

  /** Those, the first of which also writes stories. */
  public Models(List<Offer> offers) {
    this.offers = List.copyOf(offers);
  }

  /** Who writes for those that ask for words and nothing else. */
  Generator storyteller() {
    return offers.getFirst().generator();
  }

  /** The names of those that the caller may ask. */
  public List<String> namesFor(Caller caller) {
    return offers.stream().filter(offer -> offer.isFor(caller)).map(Offer::name).toList();
  }

  /** What is answered where there is none. */
  public static Refusal unknown(String name) {
    return new Refusal.NotFound(
        "there is no model of that name, or it takes the permission "
            + Permission.model(name).word());
  }

  Optional<Generator> find(Caller caller, String name) {
    return offers.stream()
        .filter(offer -> offer.name().equals(name) && offer.isFor(caller))
        .map(Offer::generator)
        .findFirst();
  }
}
