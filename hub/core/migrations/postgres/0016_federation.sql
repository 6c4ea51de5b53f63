-- Who else keeps messages, what they say of them, and the numbers under which software of the e-Box reads events.

-- Document providers: those that keep messages themselves. A row without a client is what operators say of this hub. In `said` is what
-- operators said last of what a document provider may change itself.
CREATE TABLE document_provider (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    client_id    TEXT COLLATE "C" UNIQUE REFERENCES sender_application (client_id),
    name         TEXT NOT NULL,
    description  TEXT NOT NULL,
    url          TEXT NOT NULL,
    active_from  TEXT COLLATE "C" NOT NULL,
    active_until TEXT COLLATE "C",
    contact      TEXT NOT NULL,
    api_version  TEXT COLLATE "C" NOT NULL,
    maintenance  TEXT NOT NULL,
    said         TEXT NOT NULL
);

-- Mailboxes whose holder wants no paper any more.
CREATE TABLE mailbox_preference (
    mailbox_id  UUID NOT NULL PRIMARY KEY,
    exclusively BOOLEAN NOT NULL,
    at          BIGINT NOT NULL
);

-- Messages that are kept elsewhere, in the mailbox of whom they are for; numbers are those of the mailbox's messages.
CREATE TABLE kept_elsewhere (
    mailbox_id   UUID NOT NULL,
    number       BIGINT NOT NULL,
    provider     TEXT COLLATE "C" NOT NULL REFERENCES document_provider (id),
    message_id   TEXT COLLATE "C" NOT NULL,
    organization TEXT COLLATE "C",
    application  TEXT COLLATE "C",
    message_type TEXT COLLATE "C",
    subject      TEXT NOT NULL,
    registered   BOOLEAN NOT NULL,
    received_at  BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    read_at      BIGINT,
    PRIMARY KEY (mailbox_id, number),
    UNIQUE (mailbox_id, provider, message_id)
);
CREATE INDEX kept_elsewhere_by_expiry ON kept_elsewhere (expires_at, mailbox_id, number);

-- How many events of a document provider were taken for a mailbox on its last day.
CREATE TABLE kept_count (
    mailbox_id UUID NOT NULL,
    provider   TEXT COLLATE "C" NOT NULL,
    day        BIGINT NOT NULL,
    told       BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, provider)
);

-- What was posted once: a keyed hash of kind, message and recipient, whether or not there is such a mailbox.
CREATE TABLE posted_event (
    provider TEXT COLLATE "C" NOT NULL,
    key_hash BYTEA NOT NULL,
    until    BIGINT NOT NULL,
    PRIMARY KEY (provider, key_hash)
);
CREATE INDEX posted_event_by_end ON posted_event (until, provider, key_hash);

-- How far an application reads its feed as numbered events, and which number an entry has there.
CREATE TABLE event_reader (
    application_id UUID NOT NULL PRIMARY KEY,
    last_n         BIGINT NOT NULL,
    dropped_n      BIGINT NOT NULL,
    seen_pos       BIGINT NOT NULL,
    seen_at        BIGINT NOT NULL
);
CREATE TABLE event_number (
    application_id UUID NOT NULL,
    n              BIGINT NOT NULL,
    pos            BIGINT NOT NULL,
    PRIMARY KEY (application_id, n),
    UNIQUE (application_id, pos)
);

-- Messages in the order in which they arrived, and up to which one it was looked whether they lie unseen for 15 days.
CREATE INDEX message_by_arrival ON message (at, mailbox_id, number);
CREATE TABLE arrival_watch (
    shard      BIGINT NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL,
    mailbox_id UUID NOT NULL,
    number     BIGINT NOT NULL
);
INSERT INTO arrival_watch (shard, at, mailbox_id, number)
VALUES (0, 0, '00000000-0000-0000-0000-000000000000', 0);
