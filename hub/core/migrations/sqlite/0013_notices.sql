-- What senders are told, what they withdrew and corrected, and whom they follow.

-- What a queued change tells its sender (`notice`), about which publication or recipient. A row that is for the sender alone
-- has the kind 'notice' and reaches no provider; its mailbox may be nil.
ALTER TABLE change_queue ADD COLUMN notice TEXT CHECK (notice IS NULL OR typeof(notice) = 'text');
ALTER TABLE change_queue ADD COLUMN about UUID CHECK (about IS NULL OR (typeof(about) = 'blob' AND length(about) = 16));
ALTER TABLE change_queue ADD COLUMN message_type TEXT CHECK (message_type IS NULL OR typeof(message_type) = 'text');

-- The feeds of sender organizations; positions are those of the providers' feeds.
CREATE TABLE notice (
    organization TEXT NOT NULL CHECK (typeof(organization) = 'text'),
    pos          BIGINT NOT NULL CHECK (typeof(pos) = 'integer'),
    kind         TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    about        UUID NOT NULL CHECK (typeof(about) = 'blob' AND length(about) = 16),
    message_type TEXT CHECK (message_type IS NULL OR typeof(message_type) = 'text'),
    at           BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    sequenced_at BIGINT NOT NULL CHECK (typeof(sequenced_at) = 'integer'),
    PRIMARY KEY (organization, pos)
) WITHOUT ROWID;

ALTER TABLE sent ADD COLUMN withdrawn_at BIGINT CHECK (withdrawn_at IS NULL OR typeof(withdrawn_at) = 'integer');

-- What came after a message was published: its sender withdrew it, or another message corrects it.
CREATE TABLE sequel (
    mailbox_id   UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    number       BIGINT NOT NULL CHECK (typeof(number) = 'integer'),
    withdrawn_at BIGINT CHECK (withdrawn_at IS NULL OR typeof(withdrawn_at) = 'integer'),
    reason       TEXT CHECK (reason IS NULL OR typeof(reason) = 'text'),
    replaces     BIGINT CHECK (replaces IS NULL OR typeof(replaces) = 'integer'),
    replaced_by  BIGINT CHECK (replaced_by IS NULL OR typeof(replaced_by) = 'integer'),
    PRIMARY KEY (mailbox_id, number),
    FOREIGN KEY (mailbox_id, number) REFERENCES message (mailbox_id, number)
) WITHOUT ROWID;

-- When to look whether a message was opened.
CREATE TABLE reminder (
    due_at     BIGINT NOT NULL CHECK (typeof(due_at) = 'integer'),
    mailbox_id UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    number     BIGINT NOT NULL CHECK (typeof(number) = 'integer'),
    PRIMARY KEY (due_at, mailbox_id, number)
) WITHOUT ROWID;

-- Whom a sender organization follows: a keyed hash of the number it named, and whether it believes that they are reached.
CREATE TABLE followed (
    organization TEXT NOT NULL CHECK (typeof(organization) = 'text'),
    key_hash     BLOB NOT NULL CHECK (typeof(key_hash) = 'blob' AND length(key_hash) = 32),
    recipient_id UUID NOT NULL CHECK (typeof(recipient_id) = 'blob' AND length(recipient_id) = 16),
    reachable    BOOLEAN NOT NULL CHECK (reachable IN (0, 1)),
    look_at      BIGINT NOT NULL CHECK (typeof(look_at) = 'integer'),
    until        BIGINT NOT NULL CHECK (typeof(until) = 'integer'),
    PRIMARY KEY (organization, key_hash)
) WITHOUT ROWID;
CREATE INDEX followed_by_look ON followed (look_at, organization, key_hash);
