package dev.lastword.load;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Asks for a meme. */
final class MemeErrand implements Errand {

  private static final List<String> QUERIES =
      List.of(
          "{\"lat\": 40.730610, \"lng\": -73.935242, \"query\": \"food\"}",
          "{\"lat\": 48.85, \"lng\": 2.35, \"query\": \"a cat\"}",
          "{\"lat\": -33.87, \"lng\": 151.21, \"query\": \"monday\"}",
          "{\"query\": \"deadline\"}");

  private final Wires wires;
  private final List<String> tokens;

  MemeErrand(Wires wires, List<String> tokens) {
    this.wires = wires;
    this.tokens = tokens;
  }

  @Override
  public Reply run(long number) {
    String token = tokens.get((int) (number % tokens.size()));
    String query = QUERIES.get((int) (number % QUERIES.size()));
    byte[] request = wires.post("/memes", token, "application/json", query);
    int status = 0;
    Wire wire = null;
    try {
      wire = wires.take();
      Wire.Head head = wire.ask(request);
      status = head.status();
      head.body().transferTo(OutputStream.nullOutputStream());
      wires.give(wire, head);
      return Reply.answered(status);
    } catch (IOException e) {
      if (wire != null) {
        wire.close();
      }
      return Reply.failed(status, e);
    }
  }
}
