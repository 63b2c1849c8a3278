package dev.lastword.upstream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Reads what matters of an answer, whole or a piece, and passes over the rest. */
final class Answers {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build())
          .build();

  /**
   * What one object said.
   *
   * @param content of the first choice; empty for none
   * @param finished whether it was the choice's last piece
   * @param cut whether it ends there because of its length
   * @param error whether it reports an error instead
   */
  record Piece(String content, boolean finished, boolean cut, boolean error) {

    private static final Piece NOTHING = new Piece("", false, false, false);
  }

  private Answers() {}

  /**
   * Reads {@code choices[0].message.content}, or {@code delta.content} of a streamed answer.
   *
   * @throws UpstreamFailure if this is not one JSON object of that form
   */
  static Piece read(String json, String member) throws UpstreamFailure {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw malformed();
      }
      Piece piece = object(parser, member);
      if (parser.nextToken() != null) {
        throw malformed();
      }
      return piece;
    } catch (JacksonException e) {
      // Whose message quotes what was read.
      throw malformed();
    }
  }

  private static Piece object(JsonParser parser, String member) throws UpstreamFailure {
    boolean choices = false;
    boolean error = false;
    Piece piece = Piece.NOTHING;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("choices") && value == JsonToken.START_ARRAY) {
        choices = true;
        piece = choices(parser, member);
      } else if (name.equals("error") && value != JsonToken.VALUE_NULL) {
        error = true;
        parser.skipChildren();
      } else {
        parser.skipChildren();
      }
    }
    if (!choices && !error) {
      throw malformed();
    }
    return error ? new Piece(piece.content(), piece.finished(), piece.cut(), true) : piece;
  }

  /** The first choice; there may be none, in a piece that says only what was used. */
  private static Piece choices(JsonParser parser, String member) throws UpstreamFailure {
    Piece first = null;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw malformed();
      }
      Piece choice = choice(parser, member);
      first = first == null ? choice : first;
    }
    return first == null ? Piece.NOTHING : first;
  }

  private static Piece choice(JsonParser parser, String member) throws UpstreamFailure {
    String content = null;
    String finish = "";
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals(member) && value == JsonToken.START_OBJECT) {
        content = content(parser);
      } else if (name.equals("finish_reason") && value == JsonToken.VALUE_STRING) {
        finish = parser.getString();
      } else {
        parser.skipChildren();
      }
    }
    return new Piece(
        content == null ? "" : content, !finish.isEmpty(), finish.equals("length"), false);
  }

  private static @Nullable String content(JsonParser parser) throws UpstreamFailure {
    String content = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (!name.equals("content")) {
        parser.skipChildren();
      } else if (value == JsonToken.VALUE_STRING) {
        content = parser.getString();
      } else if (value != JsonToken.VALUE_NULL) {
        throw malformed();
      }
    }
    return content;
  }

  private static UpstreamFailure malformed() {
    return new UpstreamFailure(UpstreamFailure.Kind.MALFORMED);
  }
}
