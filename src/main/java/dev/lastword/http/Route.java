package dev.lastword.http;

/**
 * One method on one path.
 *
 * @param path with {@code {name}} for a part that varies
 * @param dialect in which its errors are told
 */
record Route(String method, String path, Access access, Dialect dialect, Handler handler) {

  Route(String method, String path, Access access, Handler handler) {
    this(method, path, access, Dialect.PROBLEM, handler);
  }

  /** Who comes as far as the handler. */
  enum Access {
    /** Anybody. */
    PUBLIC,
    /** Who has a signed link; who has none enters as a caller does. */
    LINK,
    /** A caller with an account, or an operator. */
    USER,
    /** A caller with the permission {@code admin}. */
    ADMIN
  }

  interface Handler {
    void handle(Exchange exchange);
  }
}
