package dev.lastword.settlement;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * A queue of groups. Within a group messages come out in the order in which they were handed in,
 * and while some of a group are with a worker, no others of it are given to anybody. Messages come
 * at least once. Thread-safe; every method blocks, and throws {@link QueueFailure} when the queue
 * does not answer in time.
 */
public interface SettlementQueue extends AutoCloseable {

  /**
   * A message on its way in.
   *
   * @param group whose order counts
   * @param id unlike every other's, in any group: if the queue took a message of that id in the
   *     last minutes, it takes this one and forgets it; 1 to 128 letters, digits and {@code -}
   * @param type what it is, for whoever looks at the queue
   * @param body ASCII, {@link MessageText#MAX_BODY} characters at most
   */
  record Parcel(String group, String id, String type, String body) {}

  /**
   * A message that is out, and hidden from others for a while.
   *
   * @param id the queue's name for the message, the same at each delivery
   * @param attempt how often it was delivered, from 1; roughly
   * @param sentAt when the queue took it in
   * @param handle what the queue wants to hear about this delivery
   */
  record Delivery(
      String id, String group, String body, int attempt, Instant sentAt, String handle) {}

  /**
   * Returns when the queue has the message for good. After a failure it may have it all the same.
   */
  void handIn(Parcel parcel);

  /**
   * Waits a few seconds for messages and takes some, those of a group in their order; nobody else
   * gets them for the time given.
   */
  List<Delivery> take(Duration hidden);

  /** Hides messages for that time from now, whole seconds; zero: somebody may have them at once. */
  void keep(Collection<Delivery> deliveries, Duration hidden);

  /** They never come again; unless this fails, or they were kept too long. */
  void done(Collection<Delivery> deliveries);

  /** About how many messages are in it, hidden ones included. */
  long size();

  /** Asks the queue something small, to see that it answers. */
  void probe();

  @Override
  void close();
}
