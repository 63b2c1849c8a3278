package dev.lastword.store.sqs;

import java.lang.System.Logger.Level;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** Finds the queue, or makes it, and looks whether money can be trusted to it. */
final class QueueFinder {

  private static final System.Logger LOG = System.getLogger(QueueFinder.class.getName());

  /** The longest that SQS keeps a message: whoever repairs the rest has so long. */
  private static final String RETENTION_SECONDS = Integer.toString(14 * 24 * 60 * 60);

  private QueueFinder() {}

  /**
   * The queue's URL.
   *
   * @throws IllegalStateException if there is no such queue and it cannot be made, or if it is one
   *     that loses messages or their order
   */
  static String find(SqsClient sqs, SqsAddress address) {
    try {
      String url = existing(sqs, address);
      check(
          sqs.getQueueAttributes(ask -> ask.queueUrl(url).attributeNames(QueueAttributeName.ALL))
              .attributesAsStrings(),
          address);
      return url;
    } catch (QueueDoesNotExistException e) {
      return made(sqs, address);
    } catch (SdkException e) {
      throw new IllegalStateException(
          "cannot ask for the queue " + address + ": " + e.getMessage(), e);
    }
  }

  private static String existing(SqsClient sqs, SqsAddress address) {
    return address
        .url()
        .orElseGet(() -> sqs.getQueueUrl(ask -> ask.queueName(address.name())).queueUrl());
  }

  private static String made(SqsClient sqs, SqsAddress address) {
    try {
      String url =
          sqs.createQueue(ask ->
                  ask.queueName(address.name())
                      .attributesWithStrings(
                          Map.of(
                              "FifoQueue", "true",
                              "DeduplicationScope", "messageGroup",
                              "FifoThroughputLimit", "perMessageGroupId",
                              "MessageRetentionPeriod", RETENTION_SECONDS)))
              .queueUrl();
      LOG.log(Level.INFO, "made the queue " + url);
      return url;
    } catch (SdkException e) {
      throw new IllegalStateException(
          "there is no queue "
              + address
              + ", and it cannot be made: "
              + e.getMessage()
              + ". Make a FIFO queue of that name, or allow sqs:CreateQueue.",
          e);
    }
  }

  static void check(Map<String, String> attributes, SqsAddress address) {
    if (!"true".equals(attributes.get("FifoQueue"))) {
      throw new IllegalStateException(address + " is no FIFO queue: it would lose the order");
    }
    if (attributes.containsKey("RedrivePolicy")) {
      throw new IllegalStateException(
          address
              + " has a redrive policy: it would set messages aside by counting their deliveries,"
              + " and with them money that was spent. Remove the policy.");
    }
    // Some servers that speak SQS do not say, and never forget.
    String retention = attributes.getOrDefault("MessageRetentionPeriod", RETENTION_SECONDS);
    if (!RETENTION_SECONDS.equals(retention)) {
      LOG.log(
          Level.WARNING,
          address
              + " forgets messages after "
              + retention
              + " s; set MessageRetentionPeriod to "
              + RETENTION_SECONDS);
    }
  }
}
