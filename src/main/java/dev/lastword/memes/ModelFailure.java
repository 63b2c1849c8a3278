package dev.lastword.memes;

/** A model was asked and gave no meme: it cannot be reached, is too slow, or answers nonsense. */
public final class ModelFailure extends Exception {

  private static final long serialVersionUID = 1;

  /** A failure that the model itself reported, or that its answer shows. */
  public ModelFailure(String message) {
    super(message);
  }

  /** A failure on the way to the model or back. */
  public ModelFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
