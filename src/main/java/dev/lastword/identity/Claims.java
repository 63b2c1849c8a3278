package dev.lastword.identity;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a good token says of its bearer. Immutable.
 *
 * @param subject who it is, from the claim {@code sub}, else {@code username}: 1 to 255 characters,
 *     not blank, none of them a control character
 * @param permissions the claim {@code permissions}, which narrows what the account may do: null
 *     when there is none (no narrowing), empty when it allows nothing
 * @param operator whether the token was made for the service's operator ({@code lastword_operator}
 *     is {@code true})
 * @param issuedAt the claim {@code iat}, cut to milliseconds; null when there is none
 * @param expiresAt the claim {@code exp}, cut to milliseconds: from then on the token is bad
 */
public record Claims(
    String subject,
    @Nullable Set<String> permissions,
    boolean operator,
    @Nullable Instant issuedAt,
    Instant expiresAt) {
  public Claims {
    permissions = permissions == null ? null : Set.copyOf(permissions);
  }
}
