-- The system of record in one SQLite file, version 1 (PRAGMA user_version).
-- Units are whole numbers; times are milliseconds since 1970, UTC; statements end at ";" and a line end.
-- Invariants, all checked by `lastword verify`:
--   balances.credited = sum(credits.amount)      for each account and meter
--   balances.spent    = sum(receipts.amount)     for each account and meter, after every commit
--   0 <= spent <= credited

-- A holder's newest epoch; settlements of an older one are refused.
CREATE TABLE holders (
  holder TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL
) STRICT;

-- One row for each life of an id; a deleted one keeps its row for its receipts.
CREATE TABLE accounts (
  incarnation INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  reborn INTEGER NOT NULL,
  email TEXT,
  permissions TEXT NOT NULL,
  status TEXT NOT NULL,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX accounts_living ON accounts (id) WHERE deleted_at IS NULL;
CREATE INDEX accounts_dead ON accounts (id) WHERE deleted_at IS NOT NULL;

CREATE TABLE balances (
  incarnation INTEGER NOT NULL REFERENCES accounts (incarnation),
  meter TEXT NOT NULL,
  credited INTEGER NOT NULL,
  spent INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (incarnation, meter),
  CHECK (0 <= spent AND spent <= credited)
) STRICT, WITHOUT ROWID;

CREATE TABLE credits (
  id TEXT PRIMARY KEY,
  incarnation INTEGER NOT NULL REFERENCES accounts (incarnation),
  meter TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  total INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a charge. outcome is null while it is open; request_key, fingerprint and result are there
-- only when the client sent an Idempotency-Key.
CREATE TABLE receipts (
  id TEXT PRIMARY KEY,
  incarnation INTEGER NOT NULL REFERENCES accounts (incarnation),
  holder TEXT NOT NULL,
  meter TEXT NOT NULL,
  product TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 0),
  outcome TEXT,
  created_at INTEGER NOT NULL,
  closed_at INTEGER,
  version INTEGER NOT NULL,
  request_key TEXT,
  fingerprint TEXT,
  result TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_by_account ON receipts (incarnation, id);
CREATE INDEX receipts_open ON receipts (holder) WHERE outcome IS NULL;
CREATE INDEX receipts_by_key ON receipts (incarnation, request_key) WHERE request_key IS NOT NULL;

-- Operators' Idempotency-Keys: target is the account's incarnation or the credit's id.
CREATE TABLE caller_keys (
  caller TEXT NOT NULL,
  request_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  target TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (caller, request_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX caller_keys_by_age ON caller_keys (created_at);
