package dev.lastword.accounts;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A user who can pay.
 *
 * @param incarnation this life of the id; an id that was deleted and made again is another account
 * @param id 1 to 255 characters, unique among the living
 * @param reborn whether the id belonged to a deleted account before
 * @param revision counts the operators' changes (credits, permissions, status, deletion); an older
 *     one never overwrites a newer
 * @param createdAt to the millisecond
 */
public record Account(
    long incarnation,
    String id,
    boolean reborn,
    @Nullable String email,
    Set<Permission> permissions,
    Status status,
    long revision,
    Instant createdAt,
    Balance tokens,
    Balance words) {

  public Account {
    permissions = Set.copyOf(permissions);
  }

  public Balance balance(Meter meter) {
    return switch (meter) {
      case TOKENS -> tokens;
      case WORDS -> words;
    };
  }

  public Account withBalances(Balance newTokens, Balance newWords) {
    return new Account(
        incarnation,
        id,
        reborn,
        email,
        permissions,
        status,
        revision,
        createdAt,
        newTokens,
        newWords);
  }

  /** The account as it was when it was made, whatever became of it since. */
  public Account asCreated(NewAccount wanted) {
    return new Account(
        incarnation,
        id,
        reborn,
        wanted.email(),
        wanted.permissions(),
        Status.ACTIVE,
        1,
        createdAt,
        new Balance(wanted.tokens(), 0, 0),
        new Balance(wanted.words(), 0, 0));
  }
}
