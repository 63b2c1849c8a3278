package dev.lastword.accounts;

import java.util.Locale;
import java.util.Optional;

/** Whether an account may spend. */
public enum Status {
  ACTIVE,
  SUSPENDED;

  /** The name at the edge and in the stores, in lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Status> parse(String word) {
    for (Status status : values()) {
      if (status.word().equals(word)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }
}
