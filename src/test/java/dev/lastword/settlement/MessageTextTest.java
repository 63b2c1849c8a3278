package dev.lastword.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lastword.accounts.Balance;
import dev.lastword.accounts.Meter;
import dev.lastword.accounts.Outcome;
import dev.lastword.accounts.Receipt;
import dev.lastword.accounts.ReceiptAhead;
import dev.lastword.accounts.RequestKey;
import dev.lastword.accounts.Settlement;
import dev.lastword.accounts.Snapshot;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageTextTest {

  private static final String ANYTHING =
      "\"\\ \u0000\u001f\u007f\n\r\t é \u2028 \ufffe\uffff 😀 half:\ud83d {}[]<&>";
  private static final String SEAL = "\"v\":1,\"type\":\"seal-epoch\",\"holder\":\"p1\"";

  private static Settlement extreme(String result) {
    Instant now = Instant.parse("2026-01-02T03:04:05.678901234Z");
    Receipt open =
        new Receipt(
            "A",
            Long.MAX_VALUE,
            "",
            Meter.WORDS,
            "words",
            0,
            null,
            Instant.EPOCH,
            null,
            1,
            null,
            null);
    Receipt closed =
        new Receipt(
            "B",
            7,
            "node",
            Meter.TOKENS,
            "meme",
            Balance.MAXIMUM,
            Outcome.COMPLETED,
            now,
            now,
            Long.MAX_VALUE,
            new RequestKey(ANYTHING, "print"),
            result);
    return new Settlement(
        "p1",
        Balance.MAXIMUM,
        List.of(new Snapshot(7, Meter.TOKENS, Balance.MAXIMUM, Long.MAX_VALUE)),
        List.of(open, closed));
  }

  @Test
  void whatIsWrittenIsReadAgainToTheLastUnitAndCharacter() throws Exception {
    for (String result : List.of(ANYTHING, "", ANYTHING.repeat(2_000))) {
      Message message = new Message.Settle(extreme(result), List.of(new ReceiptAhead.Key("C", 9)));
      String body = MessageText.write(message);
      assertThat(body).matches("[\\x20-\\x7f]+");
      assertThat(body.startsWith("z1:")).isEqualTo(result.length() > 2_000);
      assertThat(MessageText.read(body, "p1")).isEqualTo(message);
    }
    Message seal = new Message.Seal("p1", 12);
    assertThat(MessageText.read(MessageText.write(seal), "p1")).isEqualTo(seal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "[]",
        "null",
        "{}",
        "{\"v\":2,\"type\":\"seal-epoch\",\"holder\":\"p1\",\"epoch\":1}",
        "{" + SEAL + "}",
        "{" + SEAL + ",\"epoch\":1,\"epoch\":1}",
        "{" + SEAL + ",\"epoch\":1,\"more\":1}",
        "{" + SEAL + ",\"epoch\":-1}",
        "{" + SEAL + ",\"epoch\":1.5}",
        "{" + SEAL + ",\"epoch\":9223372036854775808}",
        "{" + SEAL + ",\"epoch\":\"1\"}",
        "{" + SEAL + ",\"epoch\":null}",
        "{" + SEAL + ",\"epoch\":1} x",
        "{" + SEAL + ",\"epoch\":1",
        "{\"v\":1,\"type\":\"other\",\"holder\":\"p1\",\"epoch\":1}",
        "{\"v\":1,\"type\":\"receipts-ahead\",\"holder\":\"p1\",\"receipts\":[1]}",
        "{\"v\":1,\"type\":\"receipts-ahead\",\"holder\":\"p1\",\"receipts\":[{}]}",
        "{\"v\":1,\"type\":\"update-tokens\",\"holder\":\"p1\",\"epoch\":1,\"snapshots\":"
            + "[{\"account\":1,\"meter\":\"words\",\"spent\":9007199254740992,\"version\":1}],"
            + "\"receipts\":[],\"ahead\":[]}",
        "z1:",
        "z1:!",
        "z1:AAAA"
      })
  void promise2_whatIsNotUnderstoodWholeIsNotReadAtAll(String body) {
    assertThatThrownBy(() -> MessageText.read(body, "p1")).isInstanceOf(Unreadable.class);
  }

  @Test
  void aMessageOfAnotherGroupIsNotRead() {
    String body = MessageText.write(new Message.Seal("p1", 12));
    assertThatThrownBy(() -> MessageText.read(body, "p2")).isInstanceOf(Unreadable.class);
  }

  @Test
  void whatUnpacksToFarTooMuchIsNotRead() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      byte[] megabyte = new byte[1024 * 1024];
      Arrays.fill(megabyte, (byte) ' ');
      for (int written = 0; written < 65; written++) {
        out.write(megabyte);
      }
    }
    String body = "z1:" + Base64.getEncoder().encodeToString(bytes.toByteArray());
    assertThat(body.length()).isLessThan(MessageText.MAX_BODY);
    assertThatThrownBy(() -> MessageText.read(body, "p1"))
        .isInstanceOf(Unreadable.class)
        .hasMessageContaining("unpacks to more than");
  }
}
