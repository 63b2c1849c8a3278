package dev.lastword.http;

import io.helidon.common.uri.UriValidator;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection. Helidon goes on writing to a stream that its client has reset; so the
 * frames (RFC 9113, section 4.1) are followed here on their way in: RST_STREAM tells of a client
 * that leaves, half a frame or half a head of one that is slow, and too many frames that ask for
 * nothing of one that means harm. The end of the connection is the end of all its streams.
 */
final class Http2Watch extends WatchedConnection {

  private static final int PREFACE_BYTES = 24;
  private static final int HEADER_BYTES = 9;
  private static final int HEADERS = 1;
  private static final int PRIORITY = 2;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;
  private static final int ACKNOWLEDGEMENT = 1;

  /** Resets that came before their stream was watched; more than these are an attack. */
  private static final int MAX_EARLY_RESETS = 1_000;

  /** A head of 16 KiB fits into two; Helidon counts their bytes and not the empty ones. */
  private static final int MAX_CONTINUATIONS = 32;

  /** Frames that ask for nothing but an answer or a note, in {@link #CONTROL_PERIOD}. */
  private static final int MAX_CONTROL_FRAMES = 1_000;

  private static final Duration CONTROL_PERIOD = Duration.ofSeconds(10);

  /** What RFC 9113, 8.2.2, forbids and Helidon lets pass. */
  private static final List<HeaderName> CONNECTION_HEADERS =
      List.of(
          HeaderNames.create("Keep-Alive"),
          HeaderNames.create("Proxy-Connection"),
          HeaderNames.UPGRADE);

  /** What a header costs beside its name and value (RFC 9113, 6.5.2). */
  private static final int HEADER_OVERHEAD_BYTES = 32;

  private final Connections.Open place;
  private final Map<Integer, Departure> streams = new ConcurrentHashMap<>();
  private final Map<Integer, Boolean> earlyResets = new ConcurrentHashMap<>();
  private volatile boolean ended;

  private int skip = PREFACE_BYTES;
  private int headerBytes;
  private final byte[] header = new byte[HEADER_BYTES];
  private boolean midway = true;
  private boolean midHead;
  private int continuations;
  private long midwaySince;
  private int controlFrames;
  private long controlSince;

  private final Object requestsLock = new Object();
  private int requests;
  private long idleSince;
  private boolean waits;

  Http2Watch(ConnectionContext connection, Connections.Open place) {
    super(connection, place);
    this.place = place;
    this.midwaySince = place.now();
    this.idleSince = midwaySince;
    this.controlSince = midwaySince;
    place.readBy(Thread.currentThread());
  }

  @Override
  byte @Nullable [] read() {
    byte[] bytes;
    awaits();
    try {
      bytes = next();
    } catch (RuntimeException e) {
      ended();
      throw place.isLate() ? new CloseConnectionException("too slow", e) : e;
    } finally {
      // Until the next read: frames are taken quickly, or the connection's thread is stuck.
      synchronized (requestsLock) {
        waits = false;
        place.awaits(Connections.Wait.WRITE, place.now());
      }
    }
    if (bytes == null) {
      ended();
    } else {
      follow(bytes);
    }
    return bytes;
  }

  private void awaits() {
    synchronized (requestsLock) {
      waits = true;
      if (midway || midHead) {
        place.awaits(midHead ? Connections.Wait.HEAD : Connections.Wait.BODY, midwaySince);
      } else {
        awaitsRequest();
      }
    }
  }

  private void awaitsRequest() {
    if (requests == 0) {
      place.awaits(Connections.Wait.REQUEST, idleSince);
    } else {
      place.awaitsNothing();
    }
  }

  private void ended() {
    ended = true;
    streams.values().forEach(Departure::leave);
  }

  /** Goes from frame header to frame header, wherever the reads have cut them. */
  private void follow(byte[] bytes) {
    int at = 0;
    boolean before = midway || midHead;
    while (at < bytes.length) {
      if (skip > 0) {
        int skipped = Math.min(skip, bytes.length - at);
        skip -= skipped;
        at += skipped;
      } else {
        header[headerBytes++] = bytes[at++];
        if (headerBytes == HEADER_BYTES) {
          headerBytes = 0;
          before = before && midHead;
          // 24 bits of length, 8 of type, 8 of flags, then the stream's id.
          ByteBuffer frame = ByteBuffer.wrap(header);
          skip = frame.getInt(0) >>> Byte.SIZE;
          begin(frame.get(3), frame.get(4), frame.getInt(5) & Integer.MAX_VALUE);
        }
      }
    }
    midway = skip > 0 || headerBytes > 0;
    if (!before && (midway || midHead)) {
      midwaySince = place.now();
    }
  }

  private void begin(int type, int flags, int streamId) {
    switch (type) {
      case HEADERS, CONTINUATION -> {
        arriving();
        continuations = type == HEADERS ? 0 : continuations + 1;
        midHead = (flags & END_HEADERS) == 0;
        if (continuations > MAX_CONTINUATIONS) {
          throw flood();
        }
      }
      case PRIORITY -> count();
      case SETTINGS, PING -> {
        if ((flags & ACKNOWLEDGEMENT) == 0) {
          count();
        }
      }
      case RST_STREAM -> reset(streamId);
      default -> {}
    }
  }

  /** Its handler is not there yet, but the connection is not idle; and it may have a priority. */
  private void arriving() {
    synchronized (requestsLock) {
      idleSince = place.now();
    }
    controlFrames = Math.max(0, controlFrames - 1);
  }

  private void count() {
    long now = place.now();
    if (now - controlSince > CONTROL_PERIOD.toNanos()) {
      controlSince = now;
      controlFrames = 0;
    }
    if (++controlFrames > MAX_CONTROL_FRAMES) {
      throw flood();
    }
  }

  private CloseConnectionException flood() {
    ended();
    return new CloseConnectionException("too many frames that ask for nothing");
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

  @Override
  void begin(ServerRequest request) {
    synchronized (requestsLock) {
      requests++;
      if (waits && requests == 1 && !midway && !midHead) {
        awaitsRequest();
      }
    }
    checkPath(request.prologue());
    checkHeaders(request);
  }

  /** Here, where it ends a stream; Helidon's own check would end the whole connection. */
  private static void checkPath(HttpPrologue prologue) {
    boolean good = !prologue.fragment().hasValue();
    try {
      prologue.uriPath().validate();
      UriValidator.validateQuery(prologue.query().rawValue());
    } catch (IllegalArgumentException e) {
      good = false;
    }
    if (!good) {
      throw BadRequest.field("path", "is not a valid path");
    }
  }

  private static void checkHeaders(ServerRequest request) {
    long bytes = 0;
    for (Header one : request.headers()) {
      for (String value : one.allValues()) {
        bytes += one.name().length() + value.length() + HEADER_OVERHEAD_BYTES;
      }
    }
    if (bytes > Edge.MAX_HEADER_BYTES) {
      throw new Exchange.TooLarge();
    }
    for (HeaderName name : CONNECTION_HEADERS) {
      if (request.headers().contains(name)) {
        throw BadRequest.field(name.defaultCase(), "is not for HTTP/2");
      }
    }
  }

  @Override
  void end() {
    synchronized (requestsLock) {
      if (--requests == 0) {
        idleSince = place.now();
        if (waits && !midway && !midHead) {
          awaitsRequest();
        }
      }
    }
  }

  /** What the connection's thread reads says nothing of one stream. */
  @Override
  Optional<Connections.Deadline> bodyDeadline() {
    Thread thread = Thread.currentThread();
    return Optional.of(place.deadline(Connections.Wait.BODY, thread::interrupt));
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
  boolean isOneAfterTheOther() {
    return false;
  }
}
