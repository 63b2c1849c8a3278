package dev.lastword.http;

/** In which form errors are told on a path, and how much may be asked there. */
enum Dialect {
  /** {@code application/problem+json}. */
  PROBLEM(64 * 1024) {
    @Override
    String mediaType() {
      return Problem.MEDIA_TYPE;
    }

    @Override
    String json(Problem problem, String instance) {
      return problem.json(instance);
    }
  },

  /** As clients of OpenAI's API expect them, who send all of a conversation each time. */
  OPENAI(256 * 1024) {
    @Override
    String mediaType() {
      return "application/json";
    }

    @Override
    String json(Problem problem, String instance) {
      return Json.object(generator -> {
        generator.writeName("error");
        generator.writeStartObject();
        generator.writeStringProperty("message", problem.detail());
        generator.writeStringProperty("type", type(problem.status()));
        generator.writeStringProperty("param", problem.field());
        generator.writeStringProperty("code", code(problem.code()));
        problem.more().accept(generator);
        generator.writeEndObject();
      });
    }

    private static String type(int status) {
      return switch (status) {
        case 402 -> QUOTA;
        case 429 -> "requests";
        default -> status < 500 ? "invalid_request_error" : "server_error";
      };
    }

    private static String code(String code) {
      return switch (code) {
        case "unauthenticated" -> "invalid_api_key";
        case "insufficient_balance" -> QUOTA;
        case "not_found" -> "model_not_found";
        case "rate_limited" -> "rate_limit_exceeded";
        default -> code;
      };
    }
  };

  private static final String QUOTA = "insufficient_quota";

  private final int maxBodyBytes;

  Dialect(int maxBodyBytes) {
    this.maxBodyBytes = maxBodyBytes;
  }

  /** Of a request that came no further than its head. */
  static Dialect at(String path) {
    return path.startsWith("/v1/chat/") || path.equals("/v1/completions") ? OPENAI : PROBLEM;
  }

  /** What a request may hold. */
  int maxBodyBytes() {
    return maxBodyBytes;
  }

  abstract String mediaType();

  /**
   * An error in that form.
   *
   * @param instance the request's id, where the form has a place for it
   */
  abstract String json(Problem problem, String instance);
}
