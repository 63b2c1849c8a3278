package dev.lastword.words;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An answer to the letter that ends before the first of some texts. A word that may be the
 * beginning of one is held back until it is known.
 */
public final class StopAt implements WordSource {

  private final WordSource words;
  private final List<String> stops;
  private final Deque<Next.Word> held = new ArrayDeque<>();

  /** What the words that are held come to. */
  private final StringBuilder text = new StringBuilder();

  private @Nullable Next end;

  /**
   * Ends before any of these.
   *
   * @param stops none of them empty
   */
  public StopAt(WordSource words, List<String> stops) {
    this.words = words;
    this.stops = List.copyOf(stops);
  }

  @Override
  public Next next(long fromNanos, long deadlineNanos) {
    while (true) {
      Next.Word first = held.peek();
      if (first != null && (end != null || isClear(first.text().length()))) {
        held.remove();
        text.delete(0, first.text().length());
        return first;
      }
      if (end != null) {
        return end;
      }
      Next.Word last = held.peekLast();
      Next next = words.next(last == null ? fromNanos : last.dueNanos(), deadlineNanos);
      if (next instanceof Next.Word word) {
        held.add(word);
        text.append(word.text());
        cut();
      } else {
        end = next;
      }
    }
  }

  /** Takes away what is behind the first stop, if there is one. */
  private void cut() {
    int at = stops.stream().mapToInt(text::indexOf).filter(found -> found >= 0).min().orElse(-1);
    if (at < 0) {
      return;
    }
    end = new Next.Over(false);
    words.close();
    int surplus = text.length() - at;
    text.setLength(at);
    while (surplus > 0) {
      Next.Word last = held.removeLast();
      int kept = last.text().length() - surplus;
      if (kept > 0 && !last.text().substring(0, kept).isBlank()) {
        held.add(new Next.Word(last.text().substring(0, kept), last.dueNanos()));
      }
      surplus = Math.max(0, -kept);
    }
  }

  /** Whether no stop can begin within that many characters. */
  private boolean isClear(int length) {
    for (int from = 0; from < length; from++) {
      int rest = text.length() - from;
      for (String stop : stops) {
        if (rest < stop.length() && stop.startsWith(text.substring(from))) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public long meanNanos() {
    return words.meanNanos();
  }

  /** A seed says nothing of where its words ended. */
  @Override
  public Optional<Long> seed() {
    return Optional.empty();
  }

  @Override
  public void close() {
    words.close();
  }
}
