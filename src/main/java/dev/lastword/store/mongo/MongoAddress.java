package dev.lastword.store.mongo;

import com.mongodb.ConnectionString;

/**
 * Where a MongoDB is.
 *
 * @param uri as its drivers take it; may hold a password
 * @param database the name behind the slash, {@code lastword} where there is none
 */
public record MongoAddress(String uri, String database) {

  private static final String DEFAULT_DATABASE = "lastword";

  /** Whether a text looks like such an address. */
  public static boolean recognizes(String text) {
    return text.startsWith("mongodb://") || text.startsWith("mongodb+srv://");
  }

  /**
   * Reads {@code mongodb://user:password@host:27017/name?option=value}, or the same with {@code
   * mongodb+srv}.
   *
   * @throws IllegalArgumentException saying what is wrong, and never the password
   */
  public static MongoAddress parse(String text) {
    if (!recognizes(text)) {
      throw new IllegalArgumentException("must begin with mongodb:// or mongodb+srv://");
    }
    // The driver looks a name with +srv up when it parses it; that is for the start to do.
    String name = text.replaceFirst("^[^:]*://[^/]*/?", "").replaceFirst("\\?.*", "");
    if (text.startsWith("mongodb://")) {
      try {
        String given = new ConnectionString(text).getDatabase();
        name = given == null ? "" : given;
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "is no connection string of MongoDB; percent-encode what is special in the password",
            // Whose message may hold the password.
            null);
      }
    }
    return new MongoAddress(text, name.isEmpty() ? DEFAULT_DATABASE : name);
  }

  @Override
  public String toString() {
    return uri.replaceFirst("//.*@", "//***@").replaceFirst("\\?.*", "?***");
  }
}
