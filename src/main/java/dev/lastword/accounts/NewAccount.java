package dev.lastword.accounts;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An account that is asked for, with its opening balances in units. */
public record NewAccount(
    String id, @Nullable String email, Set<Permission> permissions, long tokens, long words) {

  public NewAccount {
    permissions = Set.copyOf(permissions);
  }
}
