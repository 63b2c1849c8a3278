package dev.lastword.metering;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Accounts;
import dev.lastword.accounts.Ids;
import dev.lastword.accounts.NewAccount;
import dev.lastword.accounts.Permission;
import dev.lastword.accounts.Status;
import dev.lastword.identity.Claims;
import dev.lastword.identity.TokenVerifier;
import dev.lastword.identity.Verification;
import dev.lastword.ledger.Ledger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says who a request comes from and what they may do, from what the account says at this moment; a
 * token can only narrow it, unless tokens were made the truth. Thread-safe.
 */
public final class Gate {

  /** Where permissions come from. */
  public enum PermissionsFrom {
    /** The account; a token's claim narrows. */
    ACCOUNT,
    /** The token's claim; the account can still be suspended or deleted. */
    TOKEN
  }

  /**
   * How strict the gate is.
   *
   * @param trustUserHeader whether {@code X-User-Id} alone identifies a user
   * @param newUserWords what a user first seen by that header gets
   */
  public record Rules(
      PermissionsFrom permissionsFrom, boolean trustUserHeader, long newUserWords) {}

  private static final String SCHEME = "bearer";

  private final TokenVerifier verifier;
  private final Ledger ledger;
  private final Accounts accounts;
  private final Rules rules;
  private final InstantSource clock;

  public Gate(
      TokenVerifier verifier, Ledger ledger, Accounts accounts, Rules rules, InstantSource clock) {
    this.verifier = verifier;
    this.ledger = ledger;
    this.accounts = accounts;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * Lets a caller in by the two headers that can say who they are.
   *
   * @param creates whether the request is a first use that makes an account for a trusted header
   */
  public Entry enter(@Nullable String authorization, @Nullable String userHeader, boolean creates) {
    if (authorization == null) {
      return userHeader == null || !rules.trustUserHeader()
          ? unauthenticated("no Authorization header")
          : byHeader(userHeader, creates);
    }
    int space = authorization.indexOf(' ');
    if (space != SCHEME.length() || !authorization.regionMatches(true, 0, SCHEME, 0, space)) {
      return unauthenticated("the Authorization header is no bearer token");
    }
    return switch (verifier.verify(authorization.substring(space + 1).strip())) {
      case Verification.Good(Claims claims) ->
          userHeader == null || userHeader.equals(claims.subject())
              ? byToken(claims)
              : invalid("X-User-Id", "names another user than the token");
      case Verification.Bad(String reason) -> unauthenticated(reason);
      case Verification.Unavailable(String reason) -> refused(new Refusal.Unavailable(reason));
    };
  }

  private Entry byToken(Claims claims) {
    if (claims.operator()) {
      return new Entry.Welcome(
          new Caller(claims.subject(), null, narrowed(Set.of(Permission.ADMIN), claims)));
    }
    Optional<Account> found = ledger.account(claims.subject());
    if (found.isEmpty()) {
      return refused(new Refusal.NoAccount());
    }
    Account account = found.get();
    if (account.reborn() && isOlder(claims.issuedAt(), account.createdAt())) {
      return unauthenticated("the token is older than the account");
    }
    Set<Permission> permissions =
        switch (rules.permissionsFrom()) {
          case ACCOUNT -> narrowed(account.permissions(), claims);
          case TOKEN ->
              Permission.known(claims.permissions() == null ? Set.of() : claims.permissions());
        };
    return entered(account, permissions);
  }

  /** A token that does not say when it was issued may be as old as any. */
  private static boolean isOlder(@Nullable Instant issuedAt, Instant createdAt) {
    return issuedAt == null || issuedAt.isBefore(createdAt);
  }

  private Entry byHeader(String userId, boolean creates) {
    if (!Ids.isValid(userId)) {
      return invalid("X-User-Id", Ids.RULE);
    }
    Optional<Account> found = ledger.account(userId);
    if (found.isEmpty() && creates) {
      accounts.create(
          new NewAccount(userId, null, Set.of(), 0, rules.newUserWords()), null, clock.instant());
      found = ledger.account(userId);
    }
    return found
        .map(account -> entered(account, account.permissions()))
        .orElseGet(() -> refused(new Refusal.NoAccount()));
  }

  private static Entry entered(Account account, Set<Permission> permissions) {
    return account.status() == Status.SUSPENDED
        ? refused(new Refusal.Forbidden("the account is suspended"))
        : new Entry.Welcome(new Caller(account.id(), account, permissions));
  }

  private static Set<Permission> narrowed(Set<Permission> permissions, Claims claims) {
    Set<String> claimed = claims.permissions();
    if (claimed == null) {
      return permissions;
    }
    Set<Permission> both = Permission.known(claimed);
    both.retainAll(permissions);
    return both;
  }

  private static Entry unauthenticated(String reason) {
    return refused(new Refusal.Unauthenticated(reason));
  }

  private static Entry invalid(String field, String message) {
    return refused(new Refusal.Invalid(List.of(new FieldError(field, message))));
  }

  private static Entry refused(Refusal refusal) {
    return new Entry.Refused(refusal);
  }
}
