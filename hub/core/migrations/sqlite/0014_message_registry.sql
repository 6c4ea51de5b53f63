-- What the Message Registry shows of senders, and the letters that a sender linked to further recipients.

ALTER TABLE sender_organization ADD COLUMN logo BLOB CHECK (logo IS NULL OR typeof(logo) = 'blob');
ALTER TABLE sender_application ADD COLUMN logo BLOB CHECK (logo IS NULL OR typeof(logo) = 'blob');

-- A publication of an application, and its copy in another mailbox.
CREATE TABLE linked (
    application    TEXT NOT NULL CHECK (typeof(application) = 'text'),
    publication_id UUID NOT NULL CHECK (typeof(publication_id) = 'blob' AND length(publication_id) = 16),
    mailbox_id     UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    copy_id        UUID NOT NULL CHECK (typeof(copy_id) = 'blob' AND length(copy_id) = 16),
    PRIMARY KEY (application, publication_id, mailbox_id)
) WITHOUT ROWID;
