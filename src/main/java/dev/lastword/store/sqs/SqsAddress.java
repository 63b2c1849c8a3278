package dev.lastword.store.sqs;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the queue is. Region and credentials are found by the AWS SDK's own chain.
 *
 * @param queue the queue's name or its URL, ending in {@code .fifo}
 * @param endpoint of a server that speaks SQS; empty for Amazon's
 */
public record SqsAddress(String queue, Optional<URI> endpoint) {

  /** The queue's name where none is given. */
  public static final String USUAL = "update-tokens.fifo";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,75}\\.fifo");

  public SqsAddress {
    if (!NAME.matcher(name(queue)).matches()) {
      throw new IllegalArgumentException(
          "the queue must be a FIFO queue: its name is up to 75 letters, digits, - and _, and ends"
              + " in .fifo");
    }
    endpoint.ifPresent(url -> {
      if (!("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
          || url.getHost() == null) {
        throw new IllegalArgumentException("SQS_ENDPOINT must be an http or https URL");
      }
    });
  }

  private static String name(String queue) {
    return queue.substring(queue.lastIndexOf('/') + 1);
  }

  String name() {
    return name(queue);
  }

  /** The URL that was given, if one was. */
  Optional<String> url() {
    return queue.contains("/") ? Optional.of(queue) : Optional.empty();
  }

  @Override
  public String toString() {
    return queue + endpoint.map(url -> " at " + url).orElse("");
  }
}
