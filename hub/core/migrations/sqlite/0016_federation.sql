-- Who else keeps messages, what they say of them, and the numbers under which software of the e-Box reads events.

-- Document providers: those that keep messages themselves. A row without a client is what operators say of this hub. In `said` is what
-- operators said last of what a document provider may change itself.
CREATE TABLE document_provider (
    id           TEXT NOT NULL PRIMARY KEY CHECK (typeof(id) = 'text'),
    client_id    TEXT UNIQUE REFERENCES sender_application (client_id) CHECK (client_id IS NULL OR typeof(client_id) = 'text'),
    name         TEXT NOT NULL CHECK (typeof(name) = 'text'),
    description  TEXT NOT NULL CHECK (typeof(description) = 'text'),
    url          TEXT NOT NULL CHECK (typeof(url) = 'text'),
    active_from  TEXT NOT NULL CHECK (typeof(active_from) = 'text'),
    active_until TEXT CHECK (active_until IS NULL OR typeof(active_until) = 'text'),
    contact      TEXT NOT NULL CHECK (typeof(contact) = 'text'),
    api_version  TEXT NOT NULL CHECK (typeof(api_version) = 'text'),
    maintenance  TEXT NOT NULL CHECK (typeof(maintenance) = 'text'),
    said         TEXT NOT NULL CHECK (typeof(said) = 'text')
);

-- Mailboxes whose holder wants no paper any more.
CREATE TABLE mailbox_preference (
    mailbox_id  UUID NOT NULL PRIMARY KEY CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    exclusively BOOLEAN NOT NULL CHECK (exclusively IN (0, 1)),
    at          BIGINT NOT NULL CHECK (typeof(at) = 'integer')
) WITHOUT ROWID;

-- Messages that are kept elsewhere, in the mailbox of whom they are for; numbers are those of the mailbox's messages.
CREATE TABLE kept_elsewhere (
    mailbox_id   UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    number       BIGINT NOT NULL CHECK (typeof(number) = 'integer'),
    provider     TEXT NOT NULL REFERENCES document_provider (id) CHECK (typeof(provider) = 'text'),
    message_id   TEXT NOT NULL CHECK (typeof(message_id) = 'text'),
    organization TEXT CHECK (organization IS NULL OR typeof(organization) = 'text'),
    application  TEXT CHECK (application IS NULL OR typeof(application) = 'text'),
    message_type TEXT CHECK (message_type IS NULL OR typeof(message_type) = 'text'),
    subject      TEXT NOT NULL CHECK (typeof(subject) = 'text'),
    registered   BOOLEAN NOT NULL CHECK (registered IN (0, 1)),
    received_at  BIGINT NOT NULL CHECK (typeof(received_at) = 'integer'),
    expires_at   BIGINT NOT NULL CHECK (typeof(expires_at) = 'integer'),
    read_at      BIGINT CHECK (read_at IS NULL OR typeof(read_at) = 'integer'),
    PRIMARY KEY (mailbox_id, number),
    UNIQUE (mailbox_id, provider, message_id)
) WITHOUT ROWID;
CREATE INDEX kept_elsewhere_by_expiry ON kept_elsewhere (expires_at, mailbox_id, number);

-- How many events of a document provider were taken for a mailbox on its last day.
CREATE TABLE kept_count (
    mailbox_id UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    provider   TEXT NOT NULL CHECK (typeof(provider) = 'text'),
    day        BIGINT NOT NULL CHECK (typeof(day) = 'integer'),
    told       BIGINT NOT NULL CHECK (typeof(told) = 'integer'),
    PRIMARY KEY (mailbox_id, provider)
) WITHOUT ROWID;

-- What was posted once: a keyed hash of kind, message and recipient, whether or not there is such a mailbox.
CREATE TABLE posted_event (
    provider TEXT NOT NULL CHECK (typeof(provider) = 'text'),
    key_hash BLOB NOT NULL CHECK (typeof(key_hash) = 'blob' AND length(key_hash) = 32),
    until    BIGINT NOT NULL CHECK (typeof(until) = 'integer'),
    PRIMARY KEY (provider, key_hash)
) WITHOUT ROWID;
CREATE INDEX posted_event_by_end ON posted_event (until, provider, key_hash);

-- How far an application reads its feed as numbered events, and which number an entry has there.
CREATE TABLE event_reader (
    application_id UUID NOT NULL PRIMARY KEY CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    last_n         BIGINT NOT NULL CHECK (typeof(last_n) = 'integer'),
    dropped_n      BIGINT NOT NULL CHECK (typeof(dropped_n) = 'integer'),
    seen_pos       BIGINT NOT NULL CHECK (typeof(seen_pos) = 'integer'),
    seen_at        BIGINT NOT NULL CHECK (typeof(seen_at) = 'integer')
) WITHOUT ROWID;
CREATE TABLE event_number (
    application_id UUID NOT NULL CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    n              BIGINT NOT NULL CHECK (typeof(n) = 'integer'),
    pos            BIGINT NOT NULL CHECK (typeof(pos) = 'integer'),
    PRIMARY KEY (application_id, n),
    UNIQUE (application_id, pos)
) WITHOUT ROWID;

-- Messages in the order in which they arrived, and up to which one it was looked whether they lie unseen for 15 days.
CREATE INDEX message_by_arrival ON message (at, mailbox_id, number);
CREATE TABLE arrival_watch (
    shard      BIGINT NOT NULL PRIMARY KEY CHECK (typeof(shard) = 'integer'),
    at         BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    mailbox_id UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    number     BIGINT NOT NULL CHECK (typeof(number) = 'integer')
);
INSERT INTO arrival_watch (shard, at, mailbox_id, number)
VALUES (0, 0, x'00000000000000000000000000000000', 0);
