-- What providers find and do beyond reading: words to search, payments, replies, openings that a provider reports.

-- Moved whenever names of senders and message types change: answers that show them are named by it.
ALTER TABLE hub ADD COLUMN reference_epoch BIGINT NOT NULL DEFAULT 0;

-- A message's words as they are searched, apart from the range that lists are read from.
CREATE TABLE message_text (
    mailbox_id UUID NOT NULL,
    number     BIGINT NOT NULL,
    folded     TEXT NOT NULL,
    PRIMARY KEY (mailbox_id, number),
    FOREIGN KEY (mailbox_id, number) REFERENCES message (mailbox_id, number)
);

-- The provider application that reported the opening; NULL if a person opened it here.
ALTER TABLE mark ADD COLUMN opened_by UUID;
ALTER TABLE sent ADD COLUMN opened_reported BOOLEAN;

-- The accounts that a sender organization may ask money on.
CREATE TABLE payment_account (
    organization TEXT COLLATE "C" NOT NULL REFERENCES sender_organization (number),
    iban         TEXT COLLATE "C" NOT NULL,
    valid_from   BIGINT NOT NULL,
    valid_until  BIGINT,
    PRIMARY KEY (organization, iban)
);

-- What recipients answered. The content is a publication of its own in the same mailbox, under the reply's id.
CREATE TABLE reply (
    mailbox_id     UUID NOT NULL,
    id             UUID NOT NULL,
    number         BIGINT NOT NULL,
    publication_id UUID NOT NULL,
    organization   TEXT COLLATE "C" NOT NULL,
    application    TEXT COLLATE "C" NOT NULL,
    at             BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    sent_by        UUID,
    person         UUID,
    PRIMARY KEY (mailbox_id, id),
    FOREIGN KEY (mailbox_id, id) REFERENCES publication (home, id)
);
CREATE INDEX reply_by_message ON reply (mailbox_id, number, id);
CREATE INDEX reply_by_publication ON reply (publication_id, id);
CREATE INDEX reply_by_expiry ON reply (expires_at, mailbox_id, id);
