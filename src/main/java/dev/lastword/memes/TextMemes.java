package dev.lastword.memes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lastword.places.Place;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Memes from a stock of templates. The same query at the same place always gives the same meme.
 * Immutable and safe for use by many threads.
 */
public final class TextMemes {

  private final Stock stock;

  private TextMemes(Stock stock) {
    this.stock = stock;
  }

  /**
   * Reads the stock that comes with the program.
   *
   * @throws IllegalStateException if it is missing or a template in it is wrong
   */
  public static TextMemes load() {
    return new TextMemes(Stock.load("text-memes.txt"));
  }

  /**
   * A meme that mentions the query, exactly as it was typed, and the name of the place where there
   * is one.
   */
  public String generate(String query, @Nullable Place place) {
    List<Template> suiting = stock.suiting(place);
    Template template = suiting.get((int) (hash(query, place) % suiting.size()));
    return template.fill(query, place == null ? null : place.name());
  }

  private static long hash(String query, @Nullable Place place) {
    CRC32C hash = new CRC32C();
    hash.update(query.getBytes(UTF_8));
    if (place != null) {
      hash.update(("\n" + place.name() + "\n" + place.country()).getBytes(UTF_8));
    }
    return hash.getValue();
  }
}
