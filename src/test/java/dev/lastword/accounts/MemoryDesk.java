package dev.lastword.accounts;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a system of record keeps for the settlement queue, in memory. Thread-safe. */
public final class MemoryDesk implements Desk {

  private record Kept(ReceiptAhead receipt, Instant at) {}

  private final Map<String, Quarantined> messages = new LinkedHashMap<>();
  private final Map<ReceiptAhead.Key, Kept> ahead = new HashMap<>();

  @Override
  public synchronized void quarantine(Quarantined message) {
    messages.putIfAbsent(message.id(), message);
  }

  @Override
  public synchronized List<Quarantined> quarantined(String holder) {
    return messages.values().stream().filter(one -> one.holder().equals(holder)).toList();
  }

  @Override
  public synchronized List<Quarantined> quarantined() {
    return messages.values().stream().filter(one -> one.state().holds()).toList();
  }

  @Override
  public synchronized boolean decide(String id, Quarantined.State from, Quarantined.State to) {
    Quarantined before = messages.get(id);
    if (before == null || before.state() != from) {
      return false;
    }
    messages.put(
        id, new Quarantined(id, before.holder(), before.body(), before.reason(), before.at(), to));
    return true;
  }

  @Override
  public synchronized void keepAhead(Collection<ReceiptAhead> receipts, Instant now) {
    receipts.forEach(receipt -> ahead.putIfAbsent(receipt.key(), new Kept(receipt, now)));
  }

  @Override
  public synchronized List<ReceiptAhead> ahead(Collection<ReceiptAhead.Key> keys) {
    return keys.stream().map(ahead::get).filter(Objects::nonNull).map(Kept::receipt).toList();
  }

  @Override
  public synchronized void forgetAhead(Collection<ReceiptAhead.Key> keys) {
    ahead.keySet().removeAll(List.copyOf(keys));
  }

  @Override
  public synchronized void forgetAheadBefore(Instant time) {
    ahead.values().removeIf(kept -> kept.at().isBefore(time));
  }
}
