package dev.lastword.http;

import dev.lastword.RunningService;
import dev.lastword.RunningService.Answer;

/** What can be asked for with an {@code Idempotency-Key}, by user {@code ann}. */
enum Ware {
  TEXT_MEME("tokens", 1, "/memes", "{\"query\":\"food\"}", "{\"query\":\"drink\"}"),
  AI_MEME("tokens", 2, "/memes", "{\"query\":\"food\"}", "{\"query\":\"drink\"}"),
  STREAM("words", 6, "/generate-data", "{\"max_words\":6}", "{\"max_words\":7}"),
  CREDIT(
      "tokens",
      -5,
      "/users/ann/credits",
      "{\"meter\":\"tokens\",\"amount\":5}",
      "{\"meter\":\"tokens\",\"amount\":6}"),
  CREATION("", 0, "/users", "{\"user_id\":\"bob\"}", "{\"user_id\":\"bob\",\"tokens\":1}");

  static final long OPENING = 1_000;

  final String path;
  final String body;
  final String otherBody;
  private final String meter;
  private final long price;

  Ware(String meter, long price, String path, String body, String otherBody) {
    this.meter = meter;
    this.price = price;
    this.path = path;
    this.body = body;
    this.otherBody = otherBody;
  }

  boolean isSold() {
    return price > 0;
  }

  /** What one of it costs; below 0 for what is given. */
  long price() {
    return price;
  }

  /** Makes ann, and returns the token that asks for this. */
  String token(RunningService server, long opening) {
    String token =
        this == AI_MEME
            ? server.user("ann", opening, opening, "ai")
            : server.user("ann", opening, opening);
    return isSold() ? token : server.operator();
  }

  Answer ask(RunningService server, String token, String key, String requestBody) {
    return server.send("POST", path, token, requestBody, "Idempotency-Key", key);
  }

  /** What it has cost by now. */
  long spent(RunningService server) {
    if (this == CREATION) {
      return 0;
    }
    Answer ann = server.send("GET", "/users/ann", server.operator(), "");
    return OPENING - ann.number(meter + "_left");
  }

  int success() {
    return this == CREATION || this == CREDIT ? 201 : 200;
  }
}
