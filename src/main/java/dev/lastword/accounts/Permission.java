package dev.lastword.accounts;

import java.util.Optional;

/** What an account may do beyond buying text memes and words. */
public enum Permission {
  /** Manages users. */
  ADMIN("admin", "admin"),
  /** Gets AI memes instead of text memes. */
  GENERATE_LLM_MEME("generate_llm_meme", "ai");

  private final String word;
  private final String shortWord;

  Permission(String word, String shortWord) {
    this.word = word;
    this.shortWord = shortWord;
  }

  /** The name at the edge and in the stores. */
  public String word() {
    return word;
  }

  /** Reads the full name or the short one ({@code ai}). */
  public static Optional<Permission> parse(String word) {
    for (Permission permission : values()) {
      if (permission.word.equals(word) || permission.shortWord.equals(word)) {
        return Optional.of(permission);
      }
    }
    return Optional.empty();
  }
}
