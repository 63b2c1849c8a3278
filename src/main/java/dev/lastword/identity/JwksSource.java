package dev.lastword.identity;

import java.io.IOException;

/** Where other people's key sets are read. */
sealed interface JwksSource extends AutoCloseable permits JwksFile, JwksUrl {
  /** The longest key set, in bytes. */
  int MAX_BYTES = 1024 * 1024;

  /** The key set's JSON as it is now. Blocks. */
  String read() throws IOException, InterruptedException;

  @Override
  void close();
}
