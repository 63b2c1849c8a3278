package dev.lastword.identity;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The keys that an identity provider publishes, in a file or at a URL (JWKS). They are loaded on
 * first use, and again after 60 s, so that a key taken out stops working within 60 s; earlier when
 * a token names an unknown key, but for that once in 5 s at most. While they cannot be loaded, the
 * last good set keeps working for 10 minutes, and loading is tried every 5 s.
 *
 * <p>Thread-safe. One caller loads, outside of any lock, while the others wait for it; where an
 * older set may still be used because loading fails, they do not wait.
 */
public final class PublishedKeys implements KeySource, AutoCloseable {
  private static final Logger LOGGER = System.getLogger(PublishedKeys.class.getName());

  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration FRESH_FOR = Duration.ofSeconds(60);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final Duration STALE_FOR = Duration.ofMinutes(10);

  /** Two letters at least, so that a drive letter is a path. */
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  private final JwksSource source;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Loaded loaded =
      new Loaded(KeySet.EMPTY, Instant.MIN, Instant.MIN, "not loaded yet");
  private Instant soughtUnknownAt = Instant.MIN;
  private @Nullable CountDownLatch loading;

  PublishedKeys(JwksSource source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  /**
   * Does not look there yet: what cannot be loaded makes verification unavailable until it can.
   *
   * @param location a file, or an http or https URL without user and password
   * @throws IllegalArgumentException if it is neither
   */
  public static PublishedKeys at(String location, InstantSource clock) {
    if (location.isBlank()) {
      throw new IllegalArgumentException("the JWKS location is blank");
    }
    if (!SCHEME.matcher(location).matches()) {
      return new PublishedKeys(new JwksFile(Path.of(location)), clock);
    }
    URI url;
    try {
      url = new URI(location);
    } catch (URISyntaxException e) {
      // Whose message holds the location, and with it a password.
      throw noLocation();
    }
    if ("file".equalsIgnoreCase(url.getScheme())) {
      return new PublishedKeys(new JwksFile(Path.of(url)), clock);
    }
    boolean web =
        "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
    if (!web || url.getHost() == null || url.getUserInfo() != null) {
      throw noLocation();
    }
    return new PublishedKeys(new JwksUrl(url, FETCH_TIMEOUT), clock);
  }

  private static IllegalArgumentException noLocation() {
    return new IllegalArgumentException(
        "the JWKS location must be a file, or an http or https URL without user and password");
  }

  /** The keys last loaded; none are loaded for this. */
  @Override
  public String publicJwks() {
    return loaded.keys().toJson();
  }

  @Override
  public void close() {
    source.close();
  }

  KeyChoice choose(@Nullable String keyId) {
    try {
      KeyChoice choice = choose(keyId, current(false));
      boolean unknown = choice instanceof KeyChoice.None && keyId != null;
      return unknown ? choose(keyId, current(true)) : choice;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new KeyChoice.Unavailable("interrupted while the keys were loaded");
    }
  }

  private KeyChoice choose(@Nullable String keyId, Loaded from) {
    if (!from.usableAt(clock.instant())) {
      return new KeyChoice.Unavailable("no keys: " + from.failure());
    }
    VerificationKey key = from.keys().find(keyId);
    if (key != null) {
      return new KeyChoice.Chosen(key, from.vouchedUntil());
    }
    if (from.failure() != null) {
      // It may be a new key, in the set that cannot be loaded.
      return new KeyChoice.Unavailable("perhaps a new key: " + from.failure());
    }
    return new KeyChoice.None(
        keyId == null ? "it names no key, and there is not exactly one" : "its key is unknown");
  }

  /**
   * @param seekingUnknown whether a set may be loaded although the present one is fresh
   */
  private Loaded current(boolean seekingUnknown) throws InterruptedException {
    CountDownLatch ours = null;
    CountDownLatch awaited;
    lock.lock();
    try {
      Instant now = clock.instant();
      boolean seek =
          seekingUnknown && loaded.failure() == null && elapsed(soughtUnknownAt, RETRY_AFTER, now);
      if (!seek && !loaded.dueAt(now)) {
        return loaded;
      }
      if (loading != null && loaded.failure() != null && loaded.usableAt(now)) {
        return loaded;
      }
      if (loading == null) {
        ours = new CountDownLatch(1);
        loading = ours;
        if (seek) {
          soughtUnknownAt = now;
        }
      }
      awaited = loading;
    } finally {
      lock.unlock();
    }
    if (ours != null) {
      load(ours);
    } else {
      awaited.await();
    }
    return loaded;
  }

  private void load(CountDownLatch done) throws InterruptedException {
    Loaded before = loaded;
    Instant now = clock.instant();
    Loaded after = before;
    try {
      after = new Loaded(KeySet.parse(source.read()), now, now, null);
    } catch (IOException | JoseException | RuntimeException failure) {
      after = before.failed(now, "the JWKS could not be loaded: " + failure);
    } finally {
      lock.lock();
      try {
        loaded = after;
        loading = null;
      } finally {
        lock.unlock();
      }
      done.countDown();
    }
    log(before, after);
  }

  private static void log(Loaded before, Loaded after) {
    if (after.failure() != null && !after.failure().equals(before.failure())) {
      LOGGER.log(Level.WARNING, after.failure());
    } else if (after.failure() == null && before.failure() != null) {
      LOGGER.log(Level.INFO, "Loaded {0} keys from the JWKS", after.keys().keys().size());
    }
    if (!after.keys().refusals().equals(before.keys().refusals())) {
      LOGGER.log(Level.WARNING, "Left out of the JWKS: {0}", after.keys().refusals());
    }
  }

  /** A clock that was set back counts as elapsed: rather load once too often. */
  private static boolean elapsed(Instant since, Duration time, Instant now) {
    return now.isBefore(since) || !since.isAfter(now.minus(time));
  }

  /**
   * What is known of the keys.
   *
   * @param loadedAt when loading this set began
   * @param triedAt when loading was last begun
   * @param failure why that failed; null if it did not
   */
  private record Loaded(KeySet keys, Instant loadedAt, Instant triedAt, @Nullable String failure) {

    Loaded failed(Instant now, String reason) {
      return new Loaded(keys, loadedAt, now, reason);
    }

    boolean dueAt(Instant now) {
      return elapsed(triedAt, failure == null ? FRESH_FOR : RETRY_AFTER, now);
    }

    boolean usableAt(Instant now) {
      return !elapsed(loadedAt, STALE_FOR, now);
    }

    Instant vouchedUntil() {
      if (failure == null) {
        return loadedAt.plus(FRESH_FOR);
      }
      Instant retry = triedAt.plus(RETRY_AFTER);
      Instant end = loadedAt.plus(STALE_FOR);
      return retry.isBefore(end) ? retry : end;
    }
  }
}
