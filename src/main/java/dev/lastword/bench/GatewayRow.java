package dev.lastword.bench;

import dev.lastword.bench.client.HttpAnswers;
import dev.lastword.bench.client.Load;
import dev.lastword.bench.client.Target;
import dev.lastword.bench.contender.BareNetty;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A chat through Lastword, charged for, and through an open gateway that charges for nothing, to
 * the same model, which answers at once; and how much longer each takes than the model alone.
 */
final class GatewayRow {

  private static final String MODEL = "instant";
  private static final String QUESTION =
      "{\"model\":\"instant\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
  private static final String ANSWER =
      "{\"id\":\"x\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"instant\",\"choices\":[{"
          + "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
          + "\"Nine words are enough to see that this works.\"},\"finish_reason\":\"stop\"}],"
          + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":9,\"total_tokens\":10}}";

  private GatewayRow() {}

  static Row row() {
    return new Row(
        "gateway",
        "a chat through Lastword, charged, and through Portkey's open gateway, uncharged",
        GatewayRow::measure);
  }

  private static List<Line> measure(Effort effort) throws Exception {
    try (Contender model = Contender.foreign(BareNetty.class, ANSWER);
        Portkey portkey = Portkey.before(model.port());
        Shop shop =
            Shop.charging(
                Shop.CONNECTIONS,
                Map.of(
                    "LASTWORD_MODEL_URL",
                    "http://127.0.0.1:" + model.port() + "/v1",
                    "LASTWORD_MODEL_NAME",
                    MODEL,
                    "LASTWORD_RATE_LIMIT",
                    "999999/1s"))) {
      Target alone = target(model.port(), "");
      Target gateway = target(portkey.port(), portkey.headers());
      Rounds<Load.Result> many =
          Rounds.of(
              Effort.WARM_UPS,
              effort.rounds(),
              () -> shop.chats(QUESTION, Shop.CONNECTIONS, effort.interval()),
              () -> Load.closed(gateway, Shop.CONNECTIONS, effort.interval()));
      Rounds<Load.Result> one =
          Rounds.of(
              Effort.WARM_UPS,
              effort.rounds(),
              () -> shop.chats(QUESTION, 1, effort.interval()),
              () -> Load.closed(gateway, 1, effort.interval()));
      Rounds<Load.Result> direct =
          Rounds.of(
              Effort.WARM_UPS,
              effort.rounds(),
              () -> shop.chats(QUESTION, 1, effort.interval()),
              () -> Load.closed(alone, 1, effort.interval()));
      shop.audit();
      return List.of(
          many.line("requests/s", "lastword", "portkey", Load.Result::rate),
          many.line("p99 ms", "lastword", "portkey", result -> result.millisAt(99)),
          one.line("p50 ms of one", "lastword", "portkey", result -> result.millisAt(50)),
          direct.line("p50 ms of one", "lastword", "the model", result -> result.millisAt(50)));
    }
  }

  private static Target target(int port, String headers) {
    byte[] bytes =
        ("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n"
                + headers
                + "Content-Type: application/json\r\nContent-Length: "
                + QUESTION.length()
                + "\r\n\r\n"
                + QUESTION)
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    return new Target(port, Target.inTurn(List.of(request)), new HttpAnswers(200, "{\"id\":\"x\""));
  }
}
