package dev.lastword.memes;

import dev.lastword.upstream.UpstreamFailure;

/** Writes memes. Implementations are safe for use by many threads and may block. */
public interface Model {

  /** What the model is called in headers, receipts and metrics. */
  String name();

  /**
   * A meme that mentions the query, and the place where there is one.
   *
   * @throws UpstreamFailure if there is none this time; nothing is charged then
   */
  String generate(Prompt prompt) throws UpstreamFailure;
}
