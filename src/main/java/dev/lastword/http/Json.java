package dev.lastword.http;

import java.io.StringWriter;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/** Writes JSON objects and reads a member of one, straight and without reflection. */
public final class Json {

  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** One object with the members that {@code content} writes. */
  public static String object(Consumer<JsonGenerator> content) {
    StringWriter text = new StringWriter(160);
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      generator.writeStartObject();
      content.accept(generator);
      generator.writeEndObject();
    }
    return text.toString();
  }

  /** A text as it stands in JSON, quotes included. */
  public static String string(String text) {
    StringBuilder json = new StringBuilder(text.length() + 8).append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, json);
    return json.append('"').toString();
  }

  /** A member of an object as text; empty if it is not there, or null, or this is no JSON. */
  public static Optional<String> member(String json, String name) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String member = parser.currentName();
        JsonToken value = parser.nextToken();
        if (member.equals(name)) {
          return value == JsonToken.VALUE_NULL
              ? Optional.empty()
              : Optional.ofNullable(parser.getString());
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (StreamReadException e) {
      return Optional.empty();
    }
  }
}
