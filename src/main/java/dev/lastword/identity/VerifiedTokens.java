package dev.lastword.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The good tokens of the last minute, by their SHA-256, so that a token itself is never kept. Bad
 * tokens never enter, so strangers cannot fill it. When it is full, what has run out goes, and then
 * any eighth: who is dropped is merely verified again. Thread-safe.
 */
final class VerifiedTokens {
  private final int maxTokens;
  private final ConcurrentHashMap<Fingerprint, Verified> tokens = new ConcurrentHashMap<>();
  private final ReentrantLock sweeping = new ReentrantLock();

  VerifiedTokens(int maxTokens) {
    this.maxTokens = maxTokens;
  }

  @Nullable Claims find(Fingerprint fingerprint, Instant now) {
    Verified verified = tokens.get(fingerprint);
    if (verified == null) {
      return null;
    }
    if (verified.holdsAt(now)) {
      return verified.claims();
    }
    tokens.remove(fingerprint, verified);
    return null;
  }

  /**
   * @param until when the verdict has to be reached anew
   */
  void remember(Fingerprint fingerprint, Claims claims, Instant now, Instant until) {
    if (tokens.mappingCount() >= maxTokens) {
      makeRoom(now);
    }
    tokens.put(fingerprint, new Verified(claims, now, until));
  }

  int size() {
    return tokens.size();
  }

  private void makeRoom(Instant now) {
    if (!sweeping.tryLock()) {
      return;
    }
    try {
      tokens.values().removeIf(verified -> !verified.holdsAt(now));
      int enough = maxTokens - maxTokens / 8 - 1;
      Iterator<Fingerprint> any = tokens.keySet().iterator();
      while (tokens.mappingCount() > enough && any.hasNext()) {
        any.next();
        any.remove();
      }
    } finally {
      sweeping.unlock();
    }
  }

  /** A verdict holds from when it was reached, so that a clock set back does not prolong it. */
  private record Verified(Claims claims, Instant since, Instant until) {

    private boolean holdsAt(Instant now) {
      return !now.isBefore(since) && now.isBefore(until);
    }
  }

  /** The SHA-256 of a token. */
  record Fingerprint(long first, long second, long third, long fourth) {

    static Fingerprint of(String token) {
      try {
        ByteBuffer hash =
            ByteBuffer.wrap(
                MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8)));
        return new Fingerprint(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
      } catch (NoSuchAlgorithmException absent) {
        throw new IllegalStateException("every JDK has SHA-256", absent);
      }
    }
  }
}
