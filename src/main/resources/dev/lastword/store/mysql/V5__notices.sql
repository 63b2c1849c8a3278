-- That a balance fell to a level (level_left), with how many units were left then (units_left),
-- written by the transaction that lowered it. due_at is when it is to be told next, or by when
-- whoever took it has told it, and null once it was told; the row stays until one of a later credit
-- is told, so that the same fall is told once. No foreign key: it would lock
-- the account behind the balance, and a credit locks them the other way round. Statements end at ";".

CREATE TABLE notices (
  incarnation BIGINT NOT NULL,
  meter VARCHAR(16) NOT NULL,
  credited BIGINT NOT NULL,
  level_left BIGINT NOT NULL,
  units_left BIGINT NOT NULL,
  fell_at BIGINT NOT NULL,
  due_at BIGINT,
  attempts INT NOT NULL,
  PRIMARY KEY (incarnation, meter, credited, level_left),
  INDEX notices_due (due_at, fell_at)
) ENGINE = InnoDB CHARACTER SET ascii COLLATE ascii_bin;
