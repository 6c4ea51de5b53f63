-- Roles of people, what hangs on them, and what happens in people's lives.

-- Of whom a mailbox is: a deceased or incapable person (person_state), since the event of that time; of age since.
ALTER TABLE mailbox ADD COLUMN person_state TEXT CHECK (person_state IS NULL OR typeof(person_state) = 'text');
ALTER TABLE mailbox ADD COLUMN person_state_at BIGINT CHECK (person_state_at IS NULL OR typeof(person_state_at) = 'integer');
ALTER TABLE mailbox ADD COLUMN of_age_at BIGINT CHECK (of_age_at IS NULL OR typeof(of_age_at) = 'integer');
CREATE INDEX mailbox_by_move ON mailbox (moved_to) WHERE moved_to IS NOT NULL;

-- Whether the role lets its holder consent; the name of a represented person, who has none in this database.
ALTER TABLE mandate ADD COLUMN consents BOOLEAN NOT NULL DEFAULT TRUE CHECK (consents IN (0, 1));
ALTER TABLE mandate ADD COLUMN sealed_name BLOB CHECK (sealed_name IS NULL OR typeof(sealed_name) = 'blob');

-- Since when a consent stands still; what a person gave for others.
ALTER TABLE consent ADD COLUMN suspended_at BIGINT CHECK (suspended_at IS NULL OR typeof(suspended_at) = 'integer');
CREATE INDEX consent_suspended ON consent (suspended_at) WHERE state = 'suspended';
CREATE INDEX consent_represented ON consent (mailbox_id, person)
    WHERE state IN ('authorised', 'suspended') AND person <> mailbox_id;
CREATE INDEX consent_by_person ON consent (person) WHERE state IN ('authorised', 'suspended');

-- An enterprise's own software is an application that belongs to a mailbox.
ALTER TABLE provider_application ADD COLUMN owner UUID CHECK (owner IS NULL OR (typeof(owner) = 'blob' AND length(owner) = 16));
CREATE INDEX application_by_owner ON provider_application (owner) WHERE owner IS NOT NULL;

-- What the operator's source told of people, each once; without anybody's number.
CREATE TABLE person_event (
    source      TEXT NOT NULL CHECK (typeof(source) = 'text'),
    id          TEXT NOT NULL CHECK (typeof(id) = 'text'),
    digest      BLOB NOT NULL CHECK (typeof(digest) = 'blob'),
    kind        TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    mailbox_id  UUID CHECK (mailbox_id IS NULL OR (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16)),
    at          BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    received_at BIGINT NOT NULL CHECK (typeof(received_at) = 'integer'),
    PRIMARY KEY (source, id)
);
