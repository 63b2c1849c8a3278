package dev.lastword.store.mysql;

import dev.lastword.accounts.Receipt;
import dev.lastword.store.sql.Sql;
import dev.lastword.world.Step;
import dev.lastword.world.Steps;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * The words of finished streams in {@code requests.data}, as far as that column holds them: it may
 * have been there before us.
 */
final class Texts {

  /** Of a text, whatever a column would hold. */
  private static final int MAX_BYTES = 65_535;

  /** Ignoring what the column cannot hold: another character set, a length, a check. */
  private static final String UPDATE =
      """
      UPDATE IGNORE requests q JOIN receipts r ON r.id = q.charge_id
         SET q.data = ?
       WHERE q.charge_id = ? AND r.version = ?
      """;

  private final Wording wording;
  private final int maxBytes;

  private Texts(Wording wording, long maxBytes) {
    this.wording = wording;
    this.maxBytes = (int) Math.min(maxBytes, MAX_BYTES);
  }

  /** Looks at the column; empty if there is none for text. */
  static Optional<Texts> of(Connection connection, Wording wording) throws SQLException {
    return Sql.one(
        connection,
        """
        SELECT character_octet_length FROM information_schema.columns
         WHERE table_schema = DATABASE() AND table_name = 'requests' AND column_name = 'data'
           AND character_octet_length IS NOT NULL
        """,
        row -> new Texts(wording, row.getLong(1)));
  }

  /** Beside the rows of those receipts, unless a newer state of the receipt stands there. */
  void write(Connection connection, Collection<Receipt> finished, Steps steps) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(UPDATE)) {
      boolean any = false;
      for (Receipt receipt : finished.stream().sorted(Comparator.comparing(Receipt::id)).toList()) {
        String result = receipt.result();
        if (result != null && receipt.amount() > 0) {
          String text = wording.text(result, receipt.amount(), maxBytes);
          if (!text.isEmpty()) {
            statement.setString(1, cut(text, maxBytes));
            statement.setString(2, receipt.id());
            statement.setLong(3, receipt.version());
            statement.addBatch();
            any = true;
          }
        }
      }
      if (any) {
        statement.executeBatch();
        steps.at(Step.COMMIT_RECEIPT);
      }
    }
  }

  /** As many characters as fit, each whole. */
  static String cut(String text, int maxBytes) {
    int bytes = 0;
    int end = 0;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
      if (bytes > maxBytes) {
        break;
      }
      end += Character.charCount(character);
    }
    return text.substring(0, end);
  }
}
