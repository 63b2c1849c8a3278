-- What the settlement queue needs of the system of record. Statements end at ";".

-- Messages that no worker could read: waiting and released ones hold up everything behind them of
-- their holder, settled and discarded ones are kept, to be recognized when they come again.
CREATE TABLE quarantine (
  number BIGINT AUTO_INCREMENT PRIMARY KEY,
  id VARCHAR(255) NOT NULL,
  holder VARCHAR(255) NOT NULL,
  body MEDIUMTEXT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  UNIQUE KEY quarantine_id (id),
  INDEX quarantine_holder (holder),
  INDEX quarantine_state (state)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE ${collation};

-- Receipts that came and whose settlement has not: no part of the books. content is the queue's own
-- text of the receipt.
CREATE TABLE receipts_ahead (
  receipt_id VARCHAR(255) NOT NULL,
  version BIGINT NOT NULL,
  content MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kept_at BIGINT NOT NULL,
  PRIMARY KEY (receipt_id, version),
  INDEX receipts_ahead_age (kept_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE ${collation};
