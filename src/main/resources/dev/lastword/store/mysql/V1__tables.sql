-- The system of record in MySQL 8 or MariaDB (InnoDB), version 1 (table lastword_schema_history).
-- Units are whole numbers; times are milliseconds since 1970, UTC, but for the columns that are
-- there for people and for the server's own clock. ${collation} is the server's binary collation
-- in which trailing spaces count. Statements end at ";".
-- Invariants, all checked by `lastword verify`, true after every commit:
--   balances.credited = sum(credits.amount)      for each account and meter
--   balances.spent    = sum(receipts.amount)     for each account and meter
--   0 <= spent <= credited
--   users is what balances says of the living, and has no other rows

-- The two tables that others may know, adopted where they exist. An id must mean here what it means
-- in accounts, so their ids become binary: what differed before still differs.
CREATE TABLE IF NOT EXISTS users (
  user_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} PRIMARY KEY,
  words_left INT NOT NULL DEFAULT 1000000,
  total_words INT NOT NULL DEFAULT 1000000,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  INDEX idx_words_left (words_left)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS requests (
  id BIGINT AUTO_INCREMENT PRIMARY KEY,
  user_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} NOT NULL,
  data TEXT CHARACTER SET utf8mb4,
  duration INT NOT NULL,
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  INDEX idx_user_id (user_id),
  INDEX idx_created_at (created_at),
  FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE
) ENGINE = InnoDB;

-- A column in a foreign key keeps its collation, so the key goes first and comes back after; only
-- the server knows its name.
SET @sentence = COALESCE(
  (SELECT CONCAT('ALTER TABLE requests ',
                 GROUP_CONCAT(CONCAT('DROP FOREIGN KEY `', constraint_name, '`') SEPARATOR ', '))
     FROM information_schema.referential_constraints
    WHERE constraint_schema = DATABASE() AND table_name = 'requests'
      AND referenced_table_name = 'users'),
  'DO 0');
PREPARE dropping FROM @sentence;
EXECUTE dropping;
DEALLOCATE PREPARE dropping;

ALTER TABLE users
  MODIFY user_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} NOT NULL,
  ADD COLUMN tokens_left INT NOT NULL DEFAULT 0,
  ADD COLUMN total_tokens INT NOT NULL DEFAULT 0;
-- charge_id names the receipt of a stream; rows from before have none.
ALTER TABLE requests
  MODIFY user_id VARCHAR(255) CHARACTER SET utf8mb4 COLLATE ${collation} NOT NULL,
  ADD COLUMN charge_id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD UNIQUE KEY requests_charge (charge_id),
  ADD FOREIGN KEY (user_id) REFERENCES users (user_id) ON DELETE CASCADE;

-- Who may charge: the highest epoch number ever taken, the newest ever leased (0: none), and up to
-- where epochs are sealed. Settlements of a sealed epoch are refused.
CREATE TABLE holders (
  holder VARCHAR(255) PRIMARY KEY,
  taken BIGINT NOT NULL,
  current_epoch BIGINT NOT NULL,
  sealed BIGINT NOT NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE ${collation};

-- Nodes that charge, and when each last said that it lives, on the server's clock in UTC.
CREATE TABLE nodes (
  node VARCHAR(255) PRIMARY KEY,
  seen_at DATETIME(3) NOT NULL
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE ${collation};

-- One row for each life of an id; a deleted one keeps its row for its receipts. changed_at is when
-- an operator last changed it, on the server's clock in UTC.
CREATE TABLE accounts (
  incarnation BIGINT AUTO_INCREMENT PRIMARY KEY,
  id VARCHAR(255) NOT NULL,
  reborn TINYINT NOT NULL,
  email VARCHAR(255),
  permissions VARCHAR(255) NOT NULL,
  status VARCHAR(16) NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  deleted_at BIGINT,
  living TINYINT AS (IF(deleted_at IS NULL, 1, NULL)) STORED,
  changed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  UNIQUE KEY accounts_living (id, living),
  INDEX accounts_changed (changed_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE ${collation};

CREATE TABLE balances (
  incarnation BIGINT NOT NULL,
  meter VARCHAR(16) NOT NULL,
  credited BIGINT NOT NULL,
  spent BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (incarnation, meter),
  FOREIGN KEY (incarnation) REFERENCES accounts (incarnation),
  CHECK (0 <= spent AND spent <= credited AND credited <= 2147483647)
) ENGINE = InnoDB CHARACTER SET ascii COLLATE ascii_bin;

CREATE TABLE credits (
  id VARCHAR(26) PRIMARY KEY,
  incarnation BIGINT NOT NULL,
  meter VARCHAR(16) NOT NULL,
  amount BIGINT NOT NULL CHECK (amount > 0),
  total BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  FOREIGN KEY (incarnation) REFERENCES accounts (incarnation)
) ENGINE = InnoDB CHARACTER SET ascii COLLATE ascii_bin;

-- One row a charge. holder is the node that may change it while it is open (outcome is null); it was
-- last settled in settled_epoch of settled_holder. request_key, fingerprint and result are there
-- only when the client sent an Idempotency-Key.
CREATE TABLE receipts (
  id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
  incarnation BIGINT NOT NULL,
  holder VARCHAR(255) NOT NULL,
  meter VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  product VARCHAR(64) NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  created_at BIGINT NOT NULL,
  closed_at BIGINT,
  version BIGINT NOT NULL,
  request_key VARCHAR(255),
  fingerprint VARCHAR(255),
  result TEXT,
  settled_holder VARCHAR(255) NOT NULL,
  settled_epoch BIGINT NOT NULL,
  INDEX receipts_by_account (incarnation, id),
  INDEX receipts_by_key (incarnation, request_key),
  INDEX receipts_open (outcome, settled_holder, settled_epoch),
  FOREIGN KEY (incarnation) REFERENCES accounts (incarnation)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE ${collation};

-- Operators' Idempotency-Keys: target is the account's incarnation or the credit's id.
CREATE TABLE caller_keys (
  caller VARCHAR(255) NOT NULL,
  request_key VARCHAR(255) NOT NULL,
  fingerprint VARCHAR(255) NOT NULL,
  target VARCHAR(26) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (caller, request_key),
  INDEX caller_keys_by_age (created_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE ${collation};
