package dev.lastword.upstream;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where the model is.
 *
 * @param base http or https, without user, query and fragment; {@code /chat/completions} is
 *     appended
 * @param key sent as a bearer token to this address and nowhere else; null for none
 * @param model what the endpoint calls the model
 */
public record Endpoint(URI base, @Nullable String key, String model, Limits limits) {

  /** The same address with a slash at its end and without are the same. */
  URI completions() {
    return URI.create(base.toString().replaceFirst("/+$", "") + "/chat/completions");
  }

  @Override
  public String toString() {
    return model + " at " + base;
  }
}
