package dev.lastword.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What the model is asked.
 *
 * @param instructions from us
 * @param text from us and our user
 * @param seed for the same answer again, as far as the upstream can; null for any
 */
public record Question(String instructions, String text, @Nullable Long seed) {

  private static final JsonFactory JSON = new JsonFactory();

  byte[] body(String model, boolean streamed) {
    StringWriter body = new StringWriter(512);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
      json.writeStartObject();
      json.writeStringProperty("model", model);
      json.writeBooleanProperty("stream", streamed);
      json.writeArrayPropertyStart("messages");
      message(json, "system", instructions);
      message(json, "user", text);
      json.writeEndArray();
      if (seed != null) {
        json.writeNumberProperty("seed", seed);
      }
      json.writeEndObject();
    }
    return body.toString().getBytes(UTF_8);
  }

  private static void message(JsonGenerator json, String role, String content) {
    json.writeStartObject();
    json.writeStringProperty("role", role);
    json.writeStringProperty("content", content);
    json.writeEndObject();
  }
}
