package dev.lastword.identity;

import dev.lastword.accounts.Ids;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges the claims of a token whose signature is right (RFC 7519, 4.1). Immutable. */
final class ClaimsReader {
  static final String OPERATOR = "lastword_operator";

  /** How far ahead the issuer's clock may be. An expired token gets no leeway. */
  private static final Duration CLOCK_LEEWAY = Duration.ofSeconds(30);

  /** The last second of the year 9999. */
  private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(253_402_300_799L);

  private final Parties parties;

  ClaimsReader(Parties parties) {
    this.parties = parties;
  }

  Claims read(Map<String, Object> payload, Instant now) throws BadTokenException {
    checkParties(payload);
    Instant expiresAt = instant(payload, "exp");
    if (expiresAt == null) {
      throw new BadTokenException("it never expires");
    }
    if (!now.isBefore(expiresAt)) {
      throw new BadTokenException("it has expired");
    }
    Instant issuedAt = instant(payload, "iat");
    refuseFuture(issuedAt, now);
    refuseFuture(instant(payload, "nbf"), now);
    boolean operator = Boolean.TRUE.equals(payload.get(OPERATOR));
    return new Claims(subject(payload), permissions(payload), operator, issuedAt, expiresAt);
  }

  private void checkParties(Map<String, Object> payload) throws BadTokenException {
    if (parties.issuer() != null && !parties.issuer().equals(payload.get("iss"))) {
      throw new BadTokenException("it is of another issuer");
    }
    if (parties.audience() != null) {
      Object audience = payload.get("aud");
      List<?> audiences = audience instanceof List<?> several ? several : List.of(orNone(audience));
      if (!audiences.stream().allMatch(String.class::isInstance)
          || !audiences.contains(parties.audience())) {
        throw new BadTokenException("it is for another audience");
      }
    }
  }

  private static Object orNone(@Nullable Object value) {
    return value == null ? false : value;
  }

  private static void refuseFuture(@Nullable Instant time, Instant now) throws BadTokenException {
    if (time != null && time.isAfter(now.plus(CLOCK_LEEWAY))) {
      throw new BadTokenException("it is not valid yet");
    }
  }

  private static String subject(Map<String, Object> payload) throws BadTokenException {
    Object subject = payload.containsKey("sub") ? payload.get("sub") : payload.get("username");
    if (subject instanceof String text && Ids.isValid(text)) {
      return text;
    }
    throw new BadTokenException("it names no subject of 1 to 255 plain characters");
  }

  private static @Nullable Set<String> permissions(Map<String, Object> payload)
      throws BadTokenException {
    if (!payload.containsKey("permissions")) {
      return null;
    }
    Set<String> permissions = new HashSet<>();
    if (payload.get("permissions") instanceof List<?> list) {
      for (Object permission : list) {
        if (!(permission instanceof String text)) {
          throw new BadTokenException("a permission is not a string");
        }
        permissions.add(text);
      }
      return permissions;
    }
    throw new BadTokenException("its permissions are not an array");
  }

  /** A NumericDate may have a fraction, which jose4j's own reading of it would cut off. */
  private static @Nullable Instant instant(Map<String, Object> payload, String claim)
      throws BadTokenException {
    if (!payload.containsKey(claim)) {
      return null;
    }
    if (payload.get(claim) instanceof Number number && Double.isFinite(number.doubleValue())) {
      BigDecimal seconds = new BigDecimal(number.toString());
      if (seconds.signum() >= 0 && seconds.compareTo(MAX_SECONDS) <= 0) {
        BigDecimal milliseconds = seconds.movePointRight(3).setScale(0, RoundingMode.DOWN);
        return Instant.ofEpochMilli(milliseconds.longValueExact());
      }
    }
    throw new BadTokenException("its " + claim + " is not a time");
  }
}
