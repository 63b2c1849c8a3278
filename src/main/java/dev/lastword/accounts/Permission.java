package dev.lastword.accounts;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What an account may do beyond buying text memes and words.
 *
 * @param word the name at the edge and in the stores
 */
public record Permission(String word) implements Comparable<Permission> {

  /** Manages users. */
  public static final Permission ADMIN = new Permission("admin");

  /** Gets AI memes instead of text memes. */
  public static final Permission GENERATE_LLM_MEME = new Permission("generate_llm_meme");

  /** The rule in words. */
  public static final String RULE =
      "may hold generate_llm_meme (or ai), admin, and model:NAME for a model";

  /** Of all permissions of an account together, in characters, with a space between two. */
  public static final int MAX_CHARACTERS = 255;

  private static final String SHORT_GENERATE_LLM_MEME = "ai";
  private static final String MODEL = "model:";
  private static final Pattern MODEL_NAME = Pattern.compile("[\\p{Alnum}._:/@+-]{1,100}");

  /** To ask that model whatever one likes. */
  public static Permission model(String name) {
    return new Permission(MODEL + name);
  }

  /** Reads the full name or the short one ({@code ai}). */
  public static Optional<Permission> parse(String word) {
    if (word.equals(SHORT_GENERATE_LLM_MEME) || word.equals(GENERATE_LLM_MEME.word)) {
      return Optional.of(GENERATE_LLM_MEME);
    }
    if (word.equals(ADMIN.word)) {
      return Optional.of(ADMIN);
    }
    return word.startsWith(MODEL) && MODEL_NAME.matcher(word.substring(MODEL.length())).matches()
        ? Optional.of(new Permission(word))
        : Optional.empty();
  }

  /** Those that are meant by these words, in their order; words that mean none are passed over. */
  public static Set<Permission> known(Iterable<String> words) {
    Set<Permission> permissions = new TreeSet<>();
    words.forEach(word -> parse(word).ifPresent(permissions::add));
    return permissions;
  }

  /** The words, in their order. */
  public static List<String> words(Set<Permission> permissions) {
    return permissions.stream().sorted().map(Permission::word).toList();
  }

  @Override
  public int compareTo(Permission other) {
    return word.compareTo(other.word);
  }
}
