-- What providers find and do beyond reading: words to search, payments, replies, openings that a provider reports.

-- Moved whenever names of senders and message types change: answers that show them are named by it.
ALTER TABLE hub ADD COLUMN reference_epoch BIGINT NOT NULL DEFAULT 0 CHECK (typeof(reference_epoch) = 'integer');

-- A message's words as they are searched, apart from the range that lists are read from.
CREATE TABLE message_text (
    mailbox_id UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    number     BIGINT NOT NULL CHECK (typeof(number) = 'integer'),
    folded     TEXT NOT NULL CHECK (typeof(folded) = 'text'),
    PRIMARY KEY (mailbox_id, number),
    FOREIGN KEY (mailbox_id, number) REFERENCES message (mailbox_id, number)
);

-- The provider application that reported the opening; NULL if a person opened it here.
ALTER TABLE mark ADD COLUMN opened_by UUID CHECK (opened_by IS NULL OR (typeof(opened_by) = 'blob' AND length(opened_by) = 16));
ALTER TABLE sent ADD COLUMN opened_reported BOOLEAN CHECK (opened_reported IS NULL OR opened_reported IN (0, 1));

-- The accounts that a sender organization may ask money on.
CREATE TABLE payment_account (
    organization TEXT NOT NULL REFERENCES sender_organization (number) CHECK (typeof(organization) = 'text'),
    iban         TEXT NOT NULL CHECK (typeof(iban) = 'text'),
    valid_from   BIGINT NOT NULL CHECK (typeof(valid_from) = 'integer'),
    valid_until  BIGINT CHECK (valid_until IS NULL OR typeof(valid_until) = 'integer'),
    PRIMARY KEY (organization, iban)
);

-- What recipients answered. The content is a publication of its own in the same mailbox, under the reply's id.
CREATE TABLE reply (
    mailbox_id     UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    id             UUID NOT NULL CHECK (typeof(id) = 'blob' AND length(id) = 16),
    number         BIGINT NOT NULL CHECK (typeof(number) = 'integer'),
    publication_id UUID NOT NULL CHECK (typeof(publication_id) = 'blob' AND length(publication_id) = 16),
    organization   TEXT NOT NULL CHECK (typeof(organization) = 'text'),
    application    TEXT NOT NULL CHECK (typeof(application) = 'text'),
    at             BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    expires_at     BIGINT NOT NULL CHECK (typeof(expires_at) = 'integer'),
    sent_by        UUID CHECK (sent_by IS NULL OR (typeof(sent_by) = 'blob' AND length(sent_by) = 16)),
    person         UUID CHECK (person IS NULL OR (typeof(person) = 'blob' AND length(person) = 16)),
    PRIMARY KEY (mailbox_id, id),
    FOREIGN KEY (mailbox_id, id) REFERENCES publication (home, id)
);
CREATE INDEX reply_by_message ON reply (mailbox_id, number, id);
CREATE INDEX reply_by_publication ON reply (publication_id, id);
CREATE INDEX reply_by_expiry ON reply (expires_at, mailbox_id, id);
