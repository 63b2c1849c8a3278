package dev.lastword.metering;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams that run at this moment. Thread-safe. */
public final class LiveStreams {

  /** What a stream can be joined by: the client's key, of that life of that account. */
  record Ticket(String accountId, long incarnation, String key) {}

  private final Set<WordStream> streams = ConcurrentHashMap.newKeySet();
  private final Map<Ticket, WordStream> joinable = new ConcurrentHashMap<>();
  private volatile boolean draining;
  private volatile boolean stopping;

  /** How many there are. */
  public int count() {
    return streams.size();
  }

  /** From now on no new stream starts; those that run may end by themselves. */
  public void drain() {
    draining = true;
  }

  /** Ends every stream at its next word, as {@code shutdown}. */
  public void stop() {
    drain();
    stopping = true;
    streams.forEach(WordStream::wake);
  }

  /** Cuts the connections whose writes hang beyond the streams' time. */
  public void cutOverdue() {
    streams.forEach(WordStream::cutIfOverdue);
  }

  /** Cuts every connection that is still there. */
  public void cutAll() {
    streams.forEach(WordStream::cut);
  }

  boolean draining() {
    return draining;
  }

  boolean stopping() {
    return stopping;
  }

  void add(WordStream stream) {
    streams.add(stream);
    Ticket ticket = stream.ticket();
    if (ticket != null) {
      joinable.put(ticket, stream);
    }
  }

  /** The stream that runs under that key on this node. */
  Optional<WordStream> find(Ticket ticket) {
    return Optional.ofNullable(joinable.get(ticket));
  }

  void remove(WordStream stream) {
    streams.remove(stream);
    Ticket ticket = stream.ticket();
    if (ticket != null) {
      joinable.remove(ticket, stream);
    }
  }
}
