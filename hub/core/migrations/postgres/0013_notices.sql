-- What senders are told, what they withdrew and corrected, and whom they follow.

-- What a queued change tells its sender (`notice`), about which publication or recipient. A row that is for the sender alone
-- has the kind 'notice' and reaches no provider; its mailbox may be nil.
ALTER TABLE change_queue ADD COLUMN notice TEXT COLLATE "C";
ALTER TABLE change_queue ADD COLUMN about UUID;
ALTER TABLE change_queue ADD COLUMN message_type TEXT COLLATE "C";

-- The feeds of sender organizations; positions are those of the providers' feeds.
CREATE TABLE notice (
    organization TEXT COLLATE "C" NOT NULL,
    pos          BIGINT NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,
    about        UUID NOT NULL,
    message_type TEXT COLLATE "C",
    at           BIGINT NOT NULL,
    sequenced_at BIGINT NOT NULL,
    PRIMARY KEY (organization, pos)
);

ALTER TABLE sent ADD COLUMN withdrawn_at BIGINT;

-- What came after a message was published: its sender withdrew it, or another message corrects it.
CREATE TABLE sequel (
    mailbox_id   UUID NOT NULL,
    number       BIGINT NOT NULL,
    withdrawn_at BIGINT,
    reason       TEXT,
    replaces     BIGINT,
    replaced_by  BIGINT,
    PRIMARY KEY (mailbox_id, number),
    FOREIGN KEY (mailbox_id, number) REFERENCES message (mailbox_id, number)
);

-- When to look whether a message was opened.
CREATE TABLE reminder (
    due_at     BIGINT NOT NULL,
    mailbox_id UUID NOT NULL,
    number     BIGINT NOT NULL,
    PRIMARY KEY (due_at, mailbox_id, number)
);

-- Whom a sender organization follows: a keyed hash of the number it named, and whether it believes that they are reached.
CREATE TABLE followed (
    organization TEXT COLLATE "C" NOT NULL,
    key_hash     BYTEA NOT NULL,
    recipient_id UUID NOT NULL,
    reachable    BOOLEAN NOT NULL,
    look_at      BIGINT NOT NULL,
    until        BIGINT NOT NULL,
    PRIMARY KEY (organization, key_hash)
);
CREATE INDEX followed_by_look ON followed (look_at, organization, key_hash);
