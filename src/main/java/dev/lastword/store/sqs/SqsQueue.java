package dev.lastword.store.sqs;

import dev.lastword.settlement.QueueFailure;
import dev.lastword.settlement.SettlementQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** The queue as a FIFO queue of SQS. Thread-safe. */
public final class SqsQueue implements SettlementQueue {

  /** The most that SQS takes and gives at a time. */
  private static final int BATCH = 10;

  /** How long the queue waits for messages before it says that there are none. */
  private static final Duration POLL = Duration.ofSeconds(5);

  private final SqsAddress address;
  private final Clients clients;
  private final String url;
  private final Duration poll;
  private final Batcher batcher;

  private SqsQueue(SqsAddress address, Clients clients, String url, Duration poll) {
    this.address = address;
    this.clients = clients;
    this.url = url;
    this.poll = poll;
    this.batcher = new Batcher(this::send);
  }

  /**
   * Finds the queue, or makes it.
   *
   * @throws IllegalStateException saying what is wrong with it, or what is missing
   */
  public static SqsQueue open(SqsAddress address) {
    return open(address, POLL);
  }

  static SqsQueue open(SqsAddress address, Duration poll) {
    String url;
    try (SqsClient patient = Clients.patient(address.endpoint())) {
      url = QueueFinder.find(patient, address);
    }
    return new SqsQueue(address, Clients.of(address.endpoint(), poll), url, poll);
  }

  private <T> T ask(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw new QueueFailure("cannot " + what + " " + address + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void handIn(Parcel parcel) {
    batcher.handIn(parcel);
  }

  private Map<Integer, String> send(List<Parcel> parcels) {
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (int index = 0; index < parcels.size(); index++) {
      Parcel parcel = parcels.get(index);
      entries.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(index))
              .messageGroupId(parcel.group())
              .messageDeduplicationId(parcel.id())
              .messageAttributes(
                  Map.of(
                      "type",
                      MessageAttributeValue.builder()
                          .dataType("String")
                          .stringValue(parcel.type())
                          .build()))
              .messageBody(parcel.body())
              .build());
    }
    List<BatchResultErrorEntry> refused =
        ask(
            "send to",
            () ->
                clients
                    .acts()
                    .sendMessageBatch(all -> all.queueUrl(url).entries(entries))
                    .failed());
    Map<Integer, String> reasons = new HashMap<>();
    refused.forEach(one ->
        reasons.put(
            Integer.valueOf(one.id()),
            address + " refused it: " + one.code() + " " + one.message()));
    return reasons;
  }

  @Override
  public List<Delivery> take(Duration hidden) {
    String attempt = UUID.randomUUID().toString();
    List<Message> messages =
        ask(
            "receive from",
            () ->
                clients
                    .polls()
                    .receiveMessage(receive ->
                        receive
                            .queueUrl(url)
                            .maxNumberOfMessages(BATCH)
                            .waitTimeSeconds((int) poll.toSeconds())
                            .visibilityTimeout((int) hidden.toSeconds())
                            .receiveRequestAttemptId(attempt)
                            .messageSystemAttributeNames(
                                MessageSystemAttributeName.MESSAGE_GROUP_ID,
                                MessageSystemAttributeName.SENT_TIMESTAMP,
                                MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
                    .messages());
    return messages.stream().map(SqsQueue::delivery).toList();
  }

  private static Delivery delivery(Message message) {
    Map<MessageSystemAttributeName, String> attributes = message.attributes();
    return new Delivery(
        message.messageId(),
        attributes.getOrDefault(MessageSystemAttributeName.MESSAGE_GROUP_ID, ""),
        message.body(),
        Integer.parseInt(
            attributes.getOrDefault(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")),
        Instant.ofEpochMilli(
            Long.parseLong(
                attributes.getOrDefault(MessageSystemAttributeName.SENT_TIMESTAMP, "0"))),
        message.receiptHandle());
  }

  /** What is gone, or with somebody else by now, is passed over. */
  @Override
  public void keep(Collection<Delivery> deliveries, Duration hidden) {
    for (List<Delivery> batch : batches(deliveries)) {
      List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
      for (int index = 0; index < batch.size(); index++) {
        entries.add(
            ChangeMessageVisibilityBatchRequestEntry.builder()
                .id(Integer.toString(index))
                .receiptHandle(batch.get(index).handle())
                .visibilityTimeout((int) hidden.toSeconds())
                .build());
      }
      failed(
          ask(
              "keep messages of",
              () ->
                  clients
                      .acts()
                      .changeMessageVisibilityBatch(all -> all.queueUrl(url).entries(entries))
                      .failed()));
    }
  }

  @Override
  public void done(Collection<Delivery> deliveries) {
    for (List<Delivery> batch : batches(deliveries)) {
      List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>();
      for (int index = 0; index < batch.size(); index++) {
        entries.add(
            DeleteMessageBatchRequestEntry.builder()
                .id(Integer.toString(index))
                .receiptHandle(batch.get(index).handle())
                .build());
      }
      failed(
          ask(
              "delete from",
              () ->
                  clients
                      .acts()
                      .deleteMessageBatch(all -> all.queueUrl(url).entries(entries))
                      .failed()));
    }
  }

  private void failed(List<BatchResultErrorEntry> entries) {
    for (BatchResultErrorEntry entry : entries) {
      if (!Boolean.TRUE.equals(entry.senderFault())) {
        throw new QueueFailure(
            address + " did not do all of it: " + entry.code() + " " + entry.message());
      }
    }
  }

  private static List<List<Delivery>> batches(Collection<Delivery> deliveries) {
    List<Delivery> all = List.copyOf(deliveries);
    List<List<Delivery>> batches = new ArrayList<>();
    for (int from = 0; from < all.size(); from += BATCH) {
      batches.add(all.subList(from, Math.min(all.size(), from + BATCH)));
    }
    return batches;
  }

  @Override
  public long size() {
    Map<QueueAttributeName, String> attributes =
        ask(
            "ask",
            () ->
                clients
                    .acts()
                    .getQueueAttributes(all ->
                        all.queueUrl(url)
                            .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                    .attributes());
    return attributes.values().stream().mapToLong(Long::parseLong).sum();
  }

  @Override
  public void probe() {
    size();
  }

  @Override
  public void close() {
    batcher.close();
    clients.close();
  }
}
