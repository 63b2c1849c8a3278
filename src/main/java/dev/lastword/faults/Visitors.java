package dev.lastword.faults;

import dev.lastword.faults.ClientLog.Stream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Clients that leave, that hardly read, that ask by halves, that say nothing. */
final class Visitors {

  private static final int HALVES = 400;
  private static final int SILENT = 10_000;
  private static final int SLOW = 20;

  /** What others are answered beside a crowd, each look within the arena's patience. */
  private static final int LOOKS = 5;

  private static final int ANSWERS_A_LOOK = 50;

  /** What the kernels of both sides hold of a stream that nobody reads. */
  private static final long WORDS_ON_THE_WAY = 4_000;

  private static final Map<String, String> QUICK = Map.of("LASTWORD_WORD_DELAY_MS", "0-1");
  private static final String BODY = "{\"max_words\":40}";

  private enum Manner {
    CLOSE,
    RESET,
    HALF_CLOSE
  }

  private Visitors() {}

  static List<Fault> faults() {
    return List.of(
        new Fault(
            "leave",
            "clients leave at every point of a request and of a stream, in three manners",
            rounds -> Math.clamp(rounds / 5, 1, 50),
            Fault.inArenas(10, OneServer::open, Visitors::leave)),
        new Fault(
            "slow-readers",
            SLOW + " clients read one byte a second of quick streams",
            rounds -> Math.clamp(rounds / 20, 1, 5),
            Fault.inArenas(5, seed -> OneServer.open(seed, QUICK), Visitors::slowReaders)),
        new Fault(
            "half-requests",
            HALVES + " clients send half a head or half a body, and wait",
            rounds -> Math.clamp(rounds / 20, 1, 5),
            Fault.inArenas(
                5, OneServer::open, (arena, random) -> crowd(arena, HALVES, Visitors::half))),
        new Fault(
            "silence",
            SILENT + " connections that say nothing",
            rounds -> Math.clamp(rounds / 20, 1, 5),
            Fault.inArenas(
                5, OneServer::open, (arena, random) -> crowd(arena, SILENT, number -> ""))));
  }

  private static Socket connect(OneServer arena, int receiveBufferBytes) throws IOException {
    Socket socket = new Socket();
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), arena.http().port()), 20_000);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static String request(OneServer arena) {
    return "POST /generate-data HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
        + "Content-Type: application/json\r\nAuthorization: Bearer "
        + arena.users().token(Users.READER)
        + "\r\nContent-Length: "
        + BODY.length()
        + "\r\n\r\n"
        + BODY;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Verdict leave(OneServer arena, Random random) throws Exception {
    String whole = request(arena);
    List<Integer> bytes =
        List.of(0, 10, whole.length() / 2, whole.length() - BODY.length(), whole.length() - 3);
    List<Integer> words = List.of(0, 1, 2, 3, 5, 8, 13, 1 + random.nextInt(40));
    try (ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Manner manner : Manner.values()) {
        for (int sent : bytes) {
          visitors.execute(() -> leaveEarly(arena, whole.substring(0, sent), manner));
        }
        for (int count : words) {
          visitors.execute(() -> leaveAfter(arena, whole, count, manner));
        }
      }
    }
    return arena.judge(Allowance.ORDER);
  }

  private static void end(Socket socket, Manner manner) throws IOException {
    switch (manner) {
      case CLOSE -> socket.close();
      case RESET -> {
        socket.setSoLinger(true, 0);
        socket.close();
      }
      case HALF_CLOSE -> socket.shutdownOutput();
    }
  }

  private static void leaveEarly(OneServer arena, String sent, Manner manner) {
    try (Socket socket = connect(arena, 0)) {
      send(socket, sent);
      end(socket, manner);
      if (manner == Manner.HALF_CLOSE) {
        socket.getInputStream().readAllBytes();
      }
    } catch (IOException e) {
      // It would have left anyway.
    }
  }

  private static void leaveAfter(OneServer arena, String whole, int words, Manner manner) {
    Stream stream = null;
    arena.log.strayStreams.incrementAndGet();
    try (Socket socket = connect(arena, 0)) {
      send(socket, whole);
      if (words == 0) {
        end(socket, manner);
      }
      if (words == 0 && manner != Manner.HALF_CLOSE) {
        return;
      }
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      int count = 0;
      String line;
      while ((line = lines.readLine()) != null) {
        if (line.startsWith("Lastword-Charge: ")) {
          stream = new Stream(line.substring(17), BODY, null);
          stream.left = true;
          arena.log.streams.put(stream.charge, stream);
          arena.log.strayStreams.decrementAndGet();
        } else if (line.startsWith("id: ") && stream != null) {
          stream.words = ++count;
          if (count == words) {
            end(socket, manner);
            if (manner != Manner.HALF_CLOSE) {
              return;
            }
          }
        }
      }
    } catch (IOException e) {
      // Cut off, as those who leave are.
    }
  }

  private static Verdict slowReaders(OneServer arena, Random random) throws Exception {
    List<Socket> readers = new ArrayList<>();
    long most;
    try {
      for (int reader = 0; reader < SLOW; reader++) {
        Socket socket = connect(arena, 1_024);
        readers.add(socket);
        arena.log.strayStreams.incrementAndGet();
        send(socket, request(arena).replace(BODY, "{\"seed\":1234567}"));
      }
      try (Traffic _ = arena.traffic()) {
        for (int second = 0; second < 5; second++) {
          for (Socket reader : readers) {
            if (reader.getInputStream().read() < 0) {
              throw new Server.Trouble("a slow reader was cut off early");
            }
          }
          arena.awaitAcknowledged(10);
          Traffic.pause(Duration.ofSeconds(1));
        }
        most =
            Book.of(arena.data).receipts().stream()
                .filter(one -> one.outcome() == null)
                .mapToLong(Book.Receipt::amount)
                .max()
                .orElse(0);
      }
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
    if (most > WORDS_ON_THE_WAY) {
      throw new Server.Trouble("a stream that nobody reads was paid " + most + " words");
    }
    return arena.judge(new Allowance(WORDS_ON_THE_WAY, WORDS_ON_THE_WAY));
  }

  private interface Talk {
    String of(int number);
  }

  private static String half(int number) {
    return number % 2 == 0
        ? "POST /memes HTTP/1.1\r\nHost: local"
        : "POST /memes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: 13\r\n\r\n{\"que";
  }

  /** Others must be served while a crowd stands at the door. */
  private static Verdict crowd(OneServer arena, int size, Talk talk) throws Exception {
    List<Socket> crowd = new ArrayList<>();
    try (Traffic _ = arena.traffic()) {
      arena.awaitAcknowledged(20);
      for (int number = 0; number < size; number++) {
        Socket visitor = connect(arena, 0);
        crowd.add(visitor);
        send(visitor, talk.of(number));
      }
      for (int look = 0; look < LOOKS; look++) {
        arena.awaitAcknowledged(ANSWERS_A_LOOK);
      }
    } finally {
      for (Socket visitor : crowd) {
        visitor.close();
      }
    }
    return arena.judge(Allowance.ORDER);
  }
}
