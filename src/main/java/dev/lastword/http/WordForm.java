package dev.lastword.http;

import dev.lastword.metering.StreamEnd;

/** How a stream of words is written. Each text ends where the next may follow. */
interface WordForm {

  String mediaType();

  /** One word, the first of which has the number 1. */
  String word(long number, String word);

  /** What is said when it is over; empty for nothing. */
  String end(StreamEnd end);

  /** Words and spaces, and nothing else. */
  WordForm PLAIN =
      new WordForm() {
        @Override
        public String mediaType() {
          return "text/plain; charset=utf-8";
        }

        @Override
        public String word(long number, String word) {
          return word + " ";
        }

        @Override
        public String end(StreamEnd end) {
          return "";
        }
      };

  /** Server-sent events, numbered, with a last one that says what was charged. */
  WordForm EVENTS =
      new WordForm() {
        @Override
        public String mediaType() {
          return "text/event-stream";
        }

        @Override
        public String word(long number, String word) {
          return "id: "
              + number
              + "\ndata: "
              + Json.object(generator -> generator.writeStringProperty("word", word))
              + "\n\n";
        }

        @Override
        public String end(StreamEnd end) {
          String json =
              Json.object(generator -> {
                generator.writeNumberProperty("words", end.words());
                generator.writeNumberProperty("charged", end.charged());
                generator.writeNumberProperty("balance", end.balance());
                generator.writeStringProperty("outcome", end.outcome().word());
              });
          return "event: end\ndata: " + json + "\n\n";
        }
      };
}
