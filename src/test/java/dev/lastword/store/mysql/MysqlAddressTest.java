package dev.lastword.store.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MysqlAddressTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          ann:secret@tcp(db:3307)/words?parseTime=true           | ann | secret   | db        | 3307 | words
          mysql:ann:secret@tcp(db:3307)/words                    | ann | secret   | db        | 3307 | words
          ann:secret@tcp(db)/words                               | ann | secret   | db        | 3306 | words
          ann:secret@(db:1)/words                                | ann | secret   | db        | 1    | words
          ann:secret@tcp/words                                   | ann | secret   | 127.0.0.1 | 3306 | words
          ann:secret@/words                                      | ann | secret   | 127.0.0.1 | 3306 | words
          ann:secret@tcp(:3308)/words                            | ann | secret   | 127.0.0.1 | 3308 | words
          ann@tcp(db)/words                                      | ann | ``       | db        | 3306 | words
          ann:@tcp(db)/words                                     | ann | ``       | db        | 3306 | words
          ann:p@ss/w:rd?&%@tcp(db)/words                         | ann | p@ss/w:rd?&% | db    | 3306 | words
          ann:a@tcp(b)/@tcp(db)/words                            | ann | a@tcp(b)/ | db       | 3306 | words
          ann:secret@tcp([fe80::1]:3307)/words                   | ann | secret   | fe80::1   | 3307 | words
          ann:secret@tcp([::1])/words                            | ann | secret   | ::1       | 3306 | words
          ann:secret@tcp(10.0.0.1:3306)/a%20b                    | ann | secret   | 10.0.0.1  | 3306 | a b
          mysql://ann:secret@db:3307/words                       | ann | secret   | db        | 3307 | words
          mysql://ann:p%40ss%2Fw%3Ard%2B+@db/words?timeout=1s    | ann | p@ss/w:rd++ | db     | 3306 | words
          mysql://ann@[::1]:3307/words                           | ann | ``       | ::1       | 3307 | words
          """)
  void anAddressIsRead(
      String text, String user, String password, String host, int port, String database) {
    MysqlAddress address = MysqlAddress.parse(text);

    assertThat(address.user()).isEqualTo(user);
    assertThat(address.password()).isEqualTo(password);
    assertThat(address.host()).isEqualTo(host);
    assertThat(address.port()).isEqualTo(port);
    assertThat(address.database()).isEqualTo(database);
    assertThat(address.toString()).contains(":***@").doesNotContain("secret", "p@ss");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          parseTime=true&loc=Europe%2FBerlin&charset=utf8mb4,utf8 | disable     | 2000 | 5000  | 20
          collation=utf8mb4_unicode_ci&multiStatements=true       | disable     | 2000 | 5000  | 20
          interpolateParams=true&maxAllowedPacket=0&timeTruncate=1s | disable   | 2000 | 5000  | 20
          timeout=500ms&readTimeout=1m30s&writeTimeout=30s        | disable     | 500  | 90000 | 20
          timeout=1.5s                                            | disable     | 1500 | 5000  | 20
          tls=true                                                | verify-full | 2000 | 5000  | 20
          tls=skip-verify&poolSize=200                            | trust       | 2000 | 5000  | 200
          tls=false&poolSize=1                                    | disable     | 2000 | 5000  | 1
          """)
  void theParametersOfGosDriverAreUnderstood(
      String parameters, String tls, long connectMillis, long readMillis, int poolSize) {
    MysqlAddress address = MysqlAddress.parse("ann:secret@tcp(db)/words?" + parameters);

    assertThat(address.tls()).isEqualTo(tls);
    assertThat(address.connectTimeout().toMillis()).isEqualTo(connectMillis);
    assertThat(address.readTimeout().toMillis()).isEqualTo(readMillis);
    assertThat(address.poolSize()).isEqualTo(poolSize);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ann:secret@tcp(db)                                | slash
          ann:secret@tcp(db)/                               | name
          ann:secret@unix(/run/mysqld.sock)/words           | unix socket
          ann:secret@pipe(x)/words                          | protocol
          ann:secret@tcp(db/words                           | tcp(host:3306)
          ann:secret@tcp(::1)/words                         | brackets
          ann:secret@tcp(db:0)/words                        | port
          ann:secret@tcp(db:65536)/words                    | port
          ann:secret@tcp(db:port)/words                     | host:port
          ann:secret@tcp(a)(b)/words                        | host
          tcp(db)/words                                     | user
          :secret@tcp(db)/words                             | user
          ann:secret@tcp(db)/words?charset=latin1           | charset
          ann:secret@tcp(db)/words?collation=latin1_bin     | collation
          ann:secret@tcp(db)/words?tls=preferred            | tls
          ann:secret@tcp(db)/words?tls=custom               | tls
          ann:secret@tcp(db)/words?timeout=5                | timeout
          ann:secret@tcp(db)/words?readTimeout=0s           | readTimeout
          ann:secret@tcp(db)/words?readTimeout=1h           | readTimeout
          ann:secret@tcp(db)/words?poolSize=201             | poolSize
          ann:secret@tcp(db)/words?poolSize=0               | poolSize
          ann:secret@tcp(db)/words?sql_mode=ANSI            | sql_mode
          ann:secret@tcp(db)/words?parseTime                | parseTime
          ann:secret@tcp(db)/words?loc=%zz                  | %
          ann:secret@tcp(db)/a`b                            | name
          mysql://ann:sec ret@db/words                      | URL
          mysql://ann:secret@db                             | name
          mysql:///words                                    | host
          """)
  void whatIsWrongIsNamedAndTheSecretIsNot(String text, String named) {
    assertThatThrownBy(() -> MysqlAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named)
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("sec ret");
  }
}
