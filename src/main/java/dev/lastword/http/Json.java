package dev.lastword.http;

import java.io.StringWriter;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes JSON objects, straight and without reflection. */
final class Json {

  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** One object with the members that {@code content} writes. */
  static String object(Consumer<JsonGenerator> content) {
    StringWriter text = new StringWriter(160);
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      generator.writeStartObject();
      content.accept(generator);
      generator.writeEndObject();
    }
    return text.toString();
  }
}
