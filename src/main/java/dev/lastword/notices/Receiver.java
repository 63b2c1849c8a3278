package dev.lastword.notices;

import java.net.URI;
import java.util.List;

/**
 * Who is told, and how.
 *
 * @param url http or https
 * @param secrets one or more, each of which signs: while a receiver changes its secret it has two
 */
public record Receiver(URI url, List<Secret> secrets, Patience patience) {

  public Receiver {
    secrets = List.copyOf(secrets);
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("a receiver needs a secret");
    }
  }

  /** The same with another patience. */
  public Receiver with(Patience other) {
    return new Receiver(url, secrets, other);
  }

  /** Without what may be secret in it. */
  @Override
  public String toString() {
    return url.getScheme() + "://" + url.getAuthority() + "/...";
  }
}
