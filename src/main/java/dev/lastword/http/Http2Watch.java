package dev.lastword.http;

import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection. Helidon goes on writing to a stream that its client has reset; so the
 * frames (RFC 9113, section 4.1) are followed here on their way in, for RST_STREAM alone. The end
 * of the connection is the end of all its streams.
 */
final class Http2Watch extends WatchedConnection {

  private static final int PREFACE_BYTES = 24;
  private static final int HEADER_BYTES = 9;
  private static final int RST_STREAM = 3;

  /** Resets that came before their stream was watched; more than these are an attack. */
  private static final int MAX_EARLY_RESETS = 1_000;

  private final Map<Integer, Departure> streams = new ConcurrentHashMap<>();
  private final Map<Integer, Boolean> earlyResets = new ConcurrentHashMap<>();
  private volatile boolean ended;

  private int skip = PREFACE_BYTES;
  private int headerBytes;
  private final byte[] header = new byte[HEADER_BYTES];

  Http2Watch(ConnectionContext connection) {
    super(connection);
  }

  @Override
  byte @Nullable [] read() {
    byte[] bytes;
    try {
      bytes = next();
    } catch (RuntimeException e) {
      end();
      throw e;
    }
    if (bytes == null) {
      end();
    } else {
      follow(bytes);
    }
    return bytes;
  }

  private void end() {
    ended = true;
    streams.values().forEach(Departure::leave);
  }

  /** Goes from frame header to frame header, wherever the reads have cut them. */
  private void follow(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      if (skip > 0) {
        int skipped = Math.min(skip, bytes.length - at);
        skip -= skipped;
        at += skipped;
      } else {
        header[headerBytes++] = bytes[at++];
        if (headerBytes == HEADER_BYTES) {
          headerBytes = 0;
          // 24 bits of length, 8 of type, 8 of flags, then the stream's id.
          ByteBuffer frame = ByteBuffer.wrap(header);
          skip = frame.getInt(0) >>> Byte.SIZE;
          if (frame.get(3) == RST_STREAM) {
            reset(frame.getInt(5) & Integer.MAX_VALUE);
          }
        }
      }
    }
  }

  private void reset(int streamId) {
    if (earlyResets.size() >= MAX_EARLY_RESETS) {
      earlyResets.clear();
    }
    earlyResets.put(streamId, true);
    Departure stream = streams.get(streamId);
    if (stream != null) {
      stream.leave();
    }
  }

  /** The request's id is its stream's. */
  @Override
  Departure departure(ServerRequest request) {
    int streamId = request.id();
    return new Departure(departure -> watch(streamId, departure), () -> streams.remove(streamId));
  }

  private void watch(int streamId, Departure departure) {
    streams.put(streamId, departure);
    if (ended || earlyResets.containsKey(streamId)) {
      departure.leave();
    }
  }

  @Override
  void noMoreRequests() {
    // Other streams go on.
  }

  @Override
  boolean isOneAfterTheOther() {
    return false;
  }
}
