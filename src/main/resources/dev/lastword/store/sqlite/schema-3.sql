-- Version 3: that a balance fell to a level (level_left), with how many units were left then (units_left), written by the
-- commit that lowered it. due_at is when it is to be told next, and null once it was; the row stays until one of a later
-- credit is told, so that the same fall is told once.
CREATE TABLE notices (
  incarnation INTEGER NOT NULL REFERENCES accounts (incarnation),
  meter TEXT NOT NULL,
  credited INTEGER NOT NULL,
  level_left INTEGER NOT NULL,
  units_left INTEGER NOT NULL,
  fell_at INTEGER NOT NULL,
  due_at INTEGER,
  attempts INTEGER NOT NULL,
  PRIMARY KEY (incarnation, meter, credited, level_left)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_due ON notices (due_at, fell_at) WHERE due_at IS NOT NULL;
