-- A consent's whole life: grants over several mailboxes, narrowing, suspension, and the changes that providers are told.

-- The mailboxes of a grant: one row for each consent given under it.
CREATE TABLE grant_member (
    grant_id   UUID NOT NULL CHECK (typeof(grant_id) = 'blob' AND length(grant_id) = 16),
    mailbox_id UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    consent_id UUID NOT NULL CHECK (typeof(consent_id) = 'blob' AND length(consent_id) = 16),
    PRIMARY KEY (grant_id, mailbox_id)
);
INSERT INTO grant_member (grant_id, mailbox_id, consent_id)
SELECT id, mailbox_id, consent_id
FROM grant_;
ALTER TABLE grant_ DROP COLUMN mailbox_id;
ALTER TABLE grant_ DROP COLUMN consent_id;
ALTER TABLE grant_ ADD COLUMN updated_at BIGINT CHECK (updated_at IS NULL OR typeof(updated_at) = 'integer');

-- The senders that a consent leaves out: their messages do not exist for its provider.
CREATE TABLE withheld (
    mailbox_id   UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    consent_id   UUID NOT NULL CHECK (typeof(consent_id) = 'blob' AND length(consent_id) = 16),
    organization TEXT NOT NULL CHECK (typeof(organization) = 'text'),
    PRIMARY KEY (mailbox_id, consent_id, organization)
);
ALTER TABLE consent DROP COLUMN senders;
ALTER TABLE consent ADD COLUMN withheld BIGINT CHECK (withheld IS NULL OR typeof(withheld) = 'integer');
ALTER TABLE consent ADD COLUMN asked BIGINT CHECK (asked IS NULL OR typeof(asked) = 'integer');
ALTER TABLE consent ADD COLUMN reason TEXT CHECK (reason IS NULL OR typeof(reason) = 'text');
CREATE INDEX consent_by_until ON consent (until) WHERE state IN ('authorised', 'suspended');

ALTER TABLE consent_event ADD COLUMN reason TEXT CHECK (reason IS NULL OR typeof(reason) = 'text');
ALTER TABLE consent_event ADD COLUMN withheld TEXT CHECK (withheld IS NULL OR typeof(withheld) = 'text');
UPDATE consent_event SET reason = 'citizenRevoked' WHERE kind = 'revoked';
UPDATE consent_event SET reason = 'newConsent' WHERE kind = 'superseded';
UPDATE consent_event SET kind = 'revoked', reason = 'activationWithdrawn' WHERE kind = 'activationWithdrawn';

-- What a request asks of a grant, who must answer it, who saw it, and why it ended without a consent.
ALTER TABLE authorization_request ADD COLUMN grant_action TEXT CHECK (grant_action IS NULL OR typeof(grant_action) = 'text');
ALTER TABLE authorization_request ADD COLUMN asked_grant UUID CHECK (asked_grant IS NULL OR (typeof(asked_grant) = 'blob' AND length(asked_grant) = 16));
ALTER TABLE authorization_request ADD COLUMN expected_person BLOB CHECK (expected_person IS NULL OR typeof(expected_person) = 'blob');
ALTER TABLE authorization_request ADD COLUMN person UUID CHECK (person IS NULL OR (typeof(person) = 'blob' AND length(person) = 16));
ALTER TABLE authorization_request ADD COLUMN reason TEXT CHECK (reason IS NULL OR typeof(reason) = 'text');

-- An access token may carry less than its grant: one mailbox of it (mailbox_id), or fewer actions.
UPDATE token SET mailbox_id = NULL;
ALTER TABLE token ADD COLUMN actions BIGINT CHECK (actions IS NULL OR typeof(actions) = 'integer');

-- What providers are told of, in the order of the facts; a sequencer moves it into each provider's feed.
CREATE TABLE change_queue (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (typeof(id) = 'integer'),
    mailbox_id  UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    version     BIGINT CHECK (version IS NULL OR typeof(version) = 'integer'),
    number      BIGINT CHECK (number IS NULL OR typeof(number) = 'integer'),
    kind        TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    provider_id UUID CHECK (provider_id IS NULL OR (typeof(provider_id) = 'blob' AND length(provider_id) = 16)),
    consent_id  UUID CHECK (consent_id IS NULL OR (typeof(consent_id) = 'blob' AND length(consent_id) = 16)),
    at          BIGINT NOT NULL CHECK (typeof(at) = 'integer')
);
