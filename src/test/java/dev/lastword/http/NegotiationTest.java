package dev.lastword.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NegotiationTest {

  private static final List<String> OFFERED =
      List.of("application/json", "image/png", "image/jpeg", "image/webp");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                        | application/json",
        "*/*                                                       | application/json",
        "application/json                                          | application/json",
        "application/*                                             | application/json",
        "nonsense                                                  | application/json",
        "image/png                                                 | image/png",
        "IMAGE/PNG                                                 | image/png",
        "image/jpeg                                                | image/jpeg",
        "image/webp                                                | image/webp",
        "image/*                                                   | image/png",
        "image/png, */*                                            | image/png",
        "*/*, image/webp                                           | image/webp",
        "application/json, image/png                               | application/json",
        "image/png, application/json                               | image/png",
        "image/png;q=0.5, application/json                         | application/json",
        "image/png;q=0.5, application/json;q=0.4                   | image/png",
        "image/png; q=0.501, image/jpeg;q=0.502                    | image/jpeg",
        "image/*, image/png;q=0                                    | image/jpeg",
        "*/*;q=0.1, image/*;q=0.2, image/webp;q=0.3                | image/webp",
        "image/png;q=0, */*                                        | application/json",
        "application/json;q=0, */*                                 | image/png",
        "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8 | image/webp",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8  | application/json",
        "image/png;q=2                                             | image/png",
        "image/png;level=1;q=0.2, application/json;q=0.3           | application/json",
        "text/html                                                 | none",
        "image/gif, text/*                                         | none",
        "image/png;q=0                                             | none",
        "*/*;q=0                                                   | none"
      })
  void whatIsWantedMostIsChosen(String accept, String chosen) {
    assertThat(Negotiation.choose(List.of(accept), OFFERED).orElse("none")).isEqualTo(chosen);
  }

  @Test
  void severalFieldsAreOne() {
    assertThat(Negotiation.choose(List.of("image/gif", "image/jpeg;q=0.1"), OFFERED))
        .contains("image/jpeg");
    assertThat(Negotiation.choose(List.of(), OFFERED)).contains("application/json");
  }
}
