package dev.lastword.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request of a load run.
 *
 * @param status 0 if no answer came
 * @param error what went wrong beside the status, in words that many requests share; null if
 *     nothing did
 */
record Reply(int status, @Nullable String error) {

  /** What a server says may stand in an error, and can be as long as it likes. */
  private static final int MAX_ERROR_LENGTH = 120;

  Reply {
    if (error != null && error.length() > MAX_ERROR_LENGTH) {
      error = error.substring(0, MAX_ERROR_LENGTH);
    }
  }

  static Reply answered(int status) {
    return new Reply(status, null);
  }

  static Reply failed(int status, IOException failure) {
    return new Reply(
        status,
        switch (failure) {
          case ConnectException _ -> "no connection";
          case SocketTimeoutException _ -> "nothing came for 30 s";
          case EOFException cut -> String.valueOf(cut.getMessage());
          default -> failure.getClass().getSimpleName() + ": " + failure.getMessage();
        });
  }

  boolean good() {
    return status >= 200 && status < 300 && error == null;
  }
}
