package dev.lastword.metering;

import dev.lastword.accounts.Account;
import dev.lastword.accounts.Permission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, and what they may do on this request.
 *
 * @param name the token's subject
 * @param account null for an operator, who needs none
 * @param permissions what the account has, narrowed by the token
 */
public record Caller(String name, @Nullable Account account, Set<Permission> permissions) {

  public Caller {
    permissions = Set.copyOf(permissions);
  }

  public boolean may(Permission permission) {
    return permissions.contains(permission);
  }
}
