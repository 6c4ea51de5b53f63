-- What the Message Registry shows of senders, and the letters that a sender linked to further recipients.

ALTER TABLE sender_organization ADD COLUMN logo BYTEA;
ALTER TABLE sender_application ADD COLUMN logo BYTEA;

-- A publication of an application, and its copy in another mailbox.
CREATE TABLE linked (
    application    TEXT COLLATE "C" NOT NULL,
    publication_id UUID NOT NULL,
    mailbox_id     UUID NOT NULL,
    copy_id        UUID NOT NULL,
    PRIMARY KEY (application, publication_id, mailbox_id)
);
