package dev.lastword.bench;

import dev.lastword.bench.client.HttpAnswers;
import dev.lastword.bench.client.Target;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Requests for memes from places all over the Earth, and the answers to them. */
final class Memes {

  private static final long SEED = 20_261_122;

  private Memes() {}

  /** These requests to Lastword, which sells a meme for each. */
  static Target sold(int port, List<ByteBuffer> requests) {
    return new Target(port, Target.inTurn(requests), new HttpAnswers(200, "{\"text\":\""));
  }

  /** The same to somebody who answers each with that body. */
  static Target given(int port, List<ByteBuffer> requests, String body) {
    return new Target(port, Target.inTurn(requests), new HttpAnswers(200, body));
  }

  /** One request for each token. */
  static List<ByteBuffer> requests(List<String> tokens) {
    Random random = new Random(SEED);
    List<ByteBuffer> requests = new ArrayList<>();
    for (String token : tokens) {
      requests.add(post("/memes", token, place(random)));
    }
    return requests;
  }

  private static String place(Random random) {
    return String.format(
        Locale.ROOT,
        "{\"lat\": %.6f, \"lng\": %.6f, \"query\": \"food\"}",
        random.nextDouble(-90, 90),
        random.nextDouble(-180, 180));
  }

  /** A whole request, ready to be sent. */
  static ByteBuffer post(String path, String token, String json) {
    byte[] bytes =
        ("POST "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + token
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + json.length()
                + "\r\n\r\n"
                + json)
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer();
  }
}
