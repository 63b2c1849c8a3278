package dev.lastword.accounts;

/** The rule for what users and clients may call things. */
public final class Ids {

  /** The rule in words. */
  public static final String RULE = "must be 1 to 255 characters without control characters";

  private static final int MAX_CHARACTERS = 255;

  private Ids() {}

  /** Unpaired surrogates are no characters: no store would give the same id back. */
  public static boolean isValid(String id) {
    return !id.isBlank()
        && id.codePointCount(0, id.length()) <= MAX_CHARACTERS
        && id.codePoints()
            .noneMatch(character ->
                Character.isISOControl(character)
                    || Character.getType(character) == Character.SURROGATE);
  }
}
