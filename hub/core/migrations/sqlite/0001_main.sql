-- The hub's tables. Mailbox tables lead with mailbox_id (or home), so that they can be spread by it.
-- Times are microseconds since 1970; the same names stand in the PostgreSQL twin of this file.
-- SQLite takes any value in any column, so every column says what it accepts.

-- One row: which environment this data belongs to, and which life of it.
CREATE TABLE hub (
    id          BIGINT NOT NULL PRIMARY KEY CHECK (typeof(id) = 'integer'),
    environment TEXT NOT NULL CHECK (typeof(environment) = 'text'),
    incarnation UUID NOT NULL CHECK (typeof(incarnation) = 'blob' AND length(incarnation) = 16),
    created_at  BIGINT NOT NULL CHECK (typeof(created_at) = 'integer')
);

-- Mailboxes and the numbers that point to them.

CREATE TABLE mailbox (
    id           UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    kind         TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    state        TEXT NOT NULL CHECK (typeof(state) = 'text'),
    version      BIGINT NOT NULL CHECK (typeof(version) = 'integer'),
    total        BIGINT NOT NULL CHECK (typeof(total) = 'integer'),
    unread       BIGINT NOT NULL CHECK (typeof(unread) = 'integer'),
    created_at   BIGINT NOT NULL CHECK (typeof(created_at) = 'integer'),
    activated_at BIGINT CHECK (activated_at IS NULL OR typeof(activated_at) = 'integer'),
    moved_to     UUID CHECK (moved_to IS NULL OR (typeof(moved_to) = 'blob' AND length(moved_to) = 16))
);

CREATE TABLE identity (
    key_hash      BLOB NOT NULL PRIMARY KEY CHECK (typeof(key_hash) = 'blob'),
    hash_key_no   BIGINT NOT NULL CHECK (typeof(hash_key_no) = 'integer'),
    kind          TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    sealed_number BLOB NOT NULL CHECK (typeof(sealed_number) = 'blob'),
    mailbox_id    UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    state         TEXT NOT NULL CHECK (typeof(state) = 'text')
);
CREATE INDEX identity_by_mailbox ON identity (mailbox_id);

CREATE TABLE mandate (
    mailbox_id      UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    person          UUID NOT NULL CHECK (typeof(person) = 'blob' AND length(person) = 16),
    role            TEXT NOT NULL CHECK (typeof(role) = 'text'),
    reference       TEXT NOT NULL CHECK (typeof(reference) = 'text'),
    source          TEXT NOT NULL CHECK (typeof(source) = 'text'),
    enterprise_name TEXT NOT NULL CHECK (typeof(enterprise_name) = 'text'),
    valid_from      BIGINT NOT NULL CHECK (typeof(valid_from) = 'integer'),
    valid_until     BIGINT NOT NULL CHECK (typeof(valid_until) = 'integer'),
    checked_at      BIGINT NOT NULL CHECK (typeof(checked_at) = 'integer'),
    PRIMARY KEY (mailbox_id, person, role)
);
CREATE INDEX mandate_by_person ON mandate (person);

-- Who sends what.

CREATE TABLE sender_organization (
    number      TEXT NOT NULL PRIMARY KEY CHECK (typeof(number) = 'text'),
    name        TEXT NOT NULL CHECK (typeof(name) = 'text'),
    valid_from  BIGINT NOT NULL CHECK (typeof(valid_from) = 'integer'),
    valid_until BIGINT CHECK (valid_until IS NULL OR typeof(valid_until) = 'integer')
);

CREATE TABLE sender_application (
    client_id   TEXT NOT NULL PRIMARY KEY CHECK (typeof(client_id) = 'text'),
    code        TEXT NOT NULL CHECK (typeof(code) = 'text'),
    name        TEXT NOT NULL CHECK (typeof(name) = 'text'),
    valid_from  BIGINT NOT NULL CHECK (typeof(valid_from) = 'integer'),
    valid_until BIGINT CHECK (valid_until IS NULL OR typeof(valid_until) = 'integer')
);

CREATE TABLE message_type (
    id          TEXT NOT NULL PRIMARY KEY CHECK (typeof(id) = 'text'),
    name        TEXT NOT NULL CHECK (typeof(name) = 'text'),
    validity    TEXT NOT NULL CHECK (typeof(validity) = 'text'),
    media_types TEXT NOT NULL CHECK (typeof(media_types) = 'text'),
    valid_from  BIGINT NOT NULL CHECK (typeof(valid_from) = 'integer'),
    valid_until BIGINT CHECK (valid_until IS NULL OR typeof(valid_until) = 'integer')
);

CREATE TABLE trio (
    organization TEXT NOT NULL REFERENCES sender_organization (number) CHECK (typeof(organization) = 'text'),
    application  TEXT NOT NULL REFERENCES sender_application (client_id) CHECK (typeof(application) = 'text'),
    message_type TEXT NOT NULL REFERENCES message_type (id) CHECK (typeof(message_type) = 'text'),
    valid_from   BIGINT NOT NULL CHECK (typeof(valid_from) = 'integer'),
    valid_until  BIGINT CHECK (valid_until IS NULL OR typeof(valid_until) = 'integer'),
    PRIMARY KEY (organization, application, message_type)
);

-- Who reads on users' behalf.

CREATE TABLE provider (
    id         UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    code       TEXT NOT NULL UNIQUE CHECK (typeof(code) = 'text'),
    legal_name TEXT NOT NULL CHECK (typeof(legal_name) = 'text'),
    state      TEXT NOT NULL CHECK (typeof(state) = 'text'),
    epoch      BIGINT NOT NULL CHECK (typeof(epoch) = 'integer')
);

CREATE TABLE provider_application (
    id            UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    client_id     TEXT NOT NULL UNIQUE CHECK (typeof(client_id) = 'text'),
    provider_id   UUID NOT NULL REFERENCES provider (id) CHECK (typeof(provider_id) = 'blob' AND length(provider_id) = 16),
    state         TEXT NOT NULL CHECK (typeof(state) = 'text'),
    brand         TEXT NOT NULL CHECK (typeof(brand) = 'text'),
    purpose       TEXT NOT NULL CHECK (typeof(purpose) = 'text'),
    retention     TEXT NOT NULL CHECK (typeof(retention) = 'text'),
    redirect_uris TEXT NOT NULL CHECK (typeof(redirect_uris) = 'text'),
    logo          BLOB CHECK (logo IS NULL OR typeof(logo) = 'blob')
);

CREATE TABLE logo (
    sha256     BLOB NOT NULL PRIMARY KEY CHECK (typeof(sha256) = 'blob'),
    media_type TEXT NOT NULL CHECK (typeof(media_type) = 'text'),
    image      BLOB NOT NULL CHECK (typeof(image) = 'blob')
);

-- A registration: an anchor plus exactly one name, optionally pinned.
CREATE TABLE certificate (
    id         UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    role       TEXT NOT NULL CHECK (typeof(role) = 'text'),
    anchor     TEXT NOT NULL CHECK (typeof(anchor) = 'text'),
    name_kind  TEXT NOT NULL CHECK (typeof(name_kind) = 'text'),
    name       TEXT NOT NULL CHECK (typeof(name) = 'text'),
    thumbprint BLOB CHECK (thumbprint IS NULL OR typeof(thumbprint) = 'blob'),
    client_id  TEXT NOT NULL CHECK (typeof(client_id) = 'text'),
    state      TEXT NOT NULL CHECK (typeof(state) = 'text'),
    UNIQUE (role, anchor, name_kind, name)
);

-- What was sent and where it lies.

CREATE TABLE publication (
    home          UUID NOT NULL CHECK (typeof(home) = 'blob' AND length(home) = 16),
    id            UUID NOT NULL CHECK (typeof(id) = 'blob' AND length(id) = 16),
    organization  TEXT NOT NULL CHECK (typeof(organization) = 'text'),
    application   TEXT NOT NULL CHECK (typeof(application) = 'text'),
    message_type  TEXT NOT NULL CHECK (typeof(message_type) = 'text'),
    header        TEXT NOT NULL CHECK (typeof(header) = 'text'),
    sealed_header BLOB CHECK (sealed_header IS NULL OR typeof(sealed_header) = 'blob'),
    at            BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    expires_at    BIGINT NOT NULL CHECK (typeof(expires_at) = 'integer'),
    evidence_root BLOB CHECK (evidence_root IS NULL OR typeof(evidence_root) = 'blob'),
    PRIMARY KEY (home, id)
);

CREATE TABLE part (
    home           UUID NOT NULL CHECK (typeof(home) = 'blob' AND length(home) = 16),
    publication_id UUID NOT NULL CHECK (typeof(publication_id) = 'blob' AND length(publication_id) = 16),
    n              BIGINT NOT NULL CHECK (typeof(n) = 'integer'),
    role           TEXT NOT NULL CHECK (typeof(role) = 'text'),
    main           BOOLEAN NOT NULL CHECK (main IN (0, 1)),
    file_name      TEXT CHECK (file_name IS NULL OR typeof(file_name) = 'text'),
    media_type     TEXT NOT NULL CHECK (typeof(media_type) = 'text'),
    size           BIGINT NOT NULL CHECK (typeof(size) = 'integer'),
    sha256         BLOB NOT NULL CHECK (typeof(sha256) = 'blob'),
    object         UUID NOT NULL CHECK (typeof(object) = 'blob' AND length(object) = 16),
    sealed         BLOB CHECK (sealed IS NULL OR typeof(sealed) = 'blob'),
    wrapped_key    BLOB CHECK (wrapped_key IS NULL OR typeof(wrapped_key) = 'blob'),
    PRIMARY KEY (home, publication_id, n),
    FOREIGN KEY (home, publication_id) REFERENCES publication (home, id)
);
CREATE INDEX part_by_object ON part (object) WHERE sealed IS NULL;

CREATE TABLE message (
    mailbox_id     UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    number         BIGINT NOT NULL CHECK (typeof(number) = 'integer'),
    publication_id UUID NOT NULL CHECK (typeof(publication_id) = 'blob' AND length(publication_id) = 16),
    campaign_id    UUID CHECK (campaign_id IS NULL OR (typeof(campaign_id) = 'blob' AND length(campaign_id) = 16)),
    at             BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    expires_at     BIGINT NOT NULL CHECK (typeof(expires_at) = 'integer'),
    organization   TEXT NOT NULL CHECK (typeof(organization) = 'text'),
    application    TEXT NOT NULL CHECK (typeof(application) = 'text'),
    type           TEXT NOT NULL CHECK (typeof(type) = 'text'),
    flags          BIGINT NOT NULL CHECK (typeof(flags) = 'integer'),
    subject        TEXT NOT NULL CHECK (typeof(subject) = 'text'),
    PRIMARY KEY (mailbox_id, number)
) WITHOUT ROWID;
CREATE INDEX message_by_expiry ON message (expires_at, mailbox_id, number);

CREATE TABLE mark (
    mailbox_id   UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    number       BIGINT NOT NULL CHECK (typeof(number) = 'integer'),
    retrieved_at BIGINT CHECK (retrieved_at IS NULL OR typeof(retrieved_at) = 'integer'),
    opened_at    BIGINT CHECK (opened_at IS NULL OR typeof(opened_at) = 'integer'),
    read         BOOLEAN NOT NULL CHECK (read IN (0, 1)),
    archived     BOOLEAN NOT NULL CHECK (archived IN (0, 1)),
    PRIMARY KEY (mailbox_id, number),
    FOREIGN KEY (mailbox_id, number) REFERENCES message (mailbox_id, number)
);

-- A sender's own view of what it sent; stays as a fact when the content is gone.
CREATE TABLE sent (
    application      TEXT NOT NULL CHECK (typeof(application) = 'text'),
    publication_id   UUID NOT NULL CHECK (typeof(publication_id) = 'blob' AND length(publication_id) = 16),
    organization     TEXT NOT NULL CHECK (typeof(organization) = 'text'),
    mailbox_id       UUID CHECK (mailbox_id IS NULL OR (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16)),
    number           BIGINT CHECK (number IS NULL OR typeof(number) = 'integer'),
    at               BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    not_delivered_at BIGINT CHECK (not_delivered_at IS NULL OR typeof(not_delivered_at) = 'integer'),
    retrieved_at     BIGINT CHECK (retrieved_at IS NULL OR typeof(retrieved_at) = 'integer'),
    opened_at        BIGINT CHECK (opened_at IS NULL OR typeof(opened_at) = 'integer'),
    expires_at       BIGINT CHECK (expires_at IS NULL OR typeof(expires_at) = 'integer'),
    PRIMARY KEY (application, publication_id)
);

CREATE TABLE idempotency (
    application    TEXT NOT NULL CHECK (typeof(application) = 'text'),
    key            TEXT NOT NULL CHECK (typeof(key) = 'text'),
    claim          UUID NOT NULL CHECK (typeof(claim) = 'blob' AND length(claim) = 16),
    lease_until    BIGINT NOT NULL CHECK (typeof(lease_until) = 'integer'),
    at             BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    digest         BLOB CHECK (digest IS NULL OR typeof(digest) = 'blob'),
    publication_id UUID CHECK (publication_id IS NULL OR (typeof(publication_id) = 'blob' AND length(publication_id) = 16)),
    answer         TEXT CHECK (answer IS NULL OR typeof(answer) = 'text'),
    PRIMARY KEY (application, key)
);

CREATE TABLE reach_budget (
    organization TEXT NOT NULL CHECK (typeof(organization) = 'text'),
    day          BIGINT NOT NULL CHECK (typeof(day) = 'integer'),
    asked        BIGINT NOT NULL CHECK (typeof(asked) = 'integer'),
    PRIMARY KEY (organization, day)
);

-- Consent, and what hangs on it.

CREATE TABLE consent (
    mailbox_id     UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    application_id UUID NOT NULL REFERENCES provider_application (id) CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    id             UUID NOT NULL CHECK (typeof(id) = 'blob' AND length(id) = 16),
    provider_id    UUID NOT NULL REFERENCES provider (id) CHECK (typeof(provider_id) = 'blob' AND length(provider_id) = 16),
    grant_id       UUID NOT NULL CHECK (typeof(grant_id) = 'blob' AND length(grant_id) = 16),
    state          TEXT NOT NULL CHECK (typeof(state) = 'text'),
    actions        BIGINT NOT NULL CHECK (typeof(actions) = 'integer'),
    senders        TEXT CHECK (senders IS NULL OR typeof(senders) = 'text'),
    person         UUID NOT NULL CHECK (typeof(person) = 'blob' AND length(person) = 16),
    granted_at     BIGINT NOT NULL CHECK (typeof(granted_at) = 'integer'),
    until          BIGINT NOT NULL CHECK (typeof(until) = 'integer'),
    epoch          BIGINT NOT NULL CHECK (typeof(epoch) = 'integer'),
    token_epoch    BIGINT NOT NULL CHECK (typeof(token_epoch) = 'integer'),
    ended_at       BIGINT CHECK (ended_at IS NULL OR typeof(ended_at) = 'integer'),
    PRIMARY KEY (mailbox_id, application_id)
);
CREATE INDEX consent_by_provider ON consent (provider_id, mailbox_id);

CREATE TABLE consent_event (
    mailbox_id     UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    consent_id     UUID NOT NULL CHECK (typeof(consent_id) = 'blob' AND length(consent_id) = 16),
    n              BIGINT NOT NULL CHECK (typeof(n) = 'integer'),
    application_id UUID NOT NULL CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    at             BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    kind           TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    actor          TEXT NOT NULL CHECK (typeof(actor) = 'text'),
    person         UUID CHECK (person IS NULL OR (typeof(person) = 'blob' AND length(person) = 16)),
    channel        TEXT NOT NULL CHECK (typeof(channel) = 'text'),
    actions        BIGINT NOT NULL CHECK (typeof(actions) = 'integer'),
    until          BIGINT NOT NULL CHECK (typeof(until) = 'integer'),
    screen         BLOB CHECK (screen IS NULL OR typeof(screen) = 'blob'),
    text_version   TEXT CHECK (text_version IS NULL OR typeof(text_version) = 'text'),
    language       TEXT CHECK (language IS NULL OR typeof(language) = 'text'),
    acr            TEXT CHECK (acr IS NULL OR typeof(acr) = 'text'),
    PRIMARY KEY (mailbox_id, consent_id, n)
);

CREATE TABLE grant_ (
    id             UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    application_id UUID NOT NULL CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    provider_id    UUID NOT NULL CHECK (typeof(provider_id) = 'blob' AND length(provider_id) = 16),
    mailbox_id     UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    consent_id     UUID NOT NULL CHECK (typeof(consent_id) = 'blob' AND length(consent_id) = 16),
    person         UUID NOT NULL CHECK (typeof(person) = 'blob' AND length(person) = 16),
    created_at     BIGINT NOT NULL CHECK (typeof(created_at) = 'integer'),
    ended_at       BIGINT CHECK (ended_at IS NULL OR typeof(ended_at) = 'integer')
);

CREATE TABLE authorization_request (
    request_hash   BLOB NOT NULL PRIMARY KEY CHECK (typeof(request_hash) = 'blob'),
    application_id UUID NOT NULL CHECK (typeof(application_id) = 'blob' AND length(application_id) = 16),
    client_id      TEXT NOT NULL CHECK (typeof(client_id) = 'text'),
    redirect_uri   TEXT NOT NULL CHECK (typeof(redirect_uri) = 'text'),
    state          TEXT CHECK (state IS NULL OR typeof(state) = 'text'),
    challenge      TEXT NOT NULL CHECK (typeof(challenge) = 'text'),
    details        TEXT NOT NULL CHECK (typeof(details) = 'text'),
    audience       TEXT NOT NULL CHECK (typeof(audience) = 'text'),
    ui_locales     TEXT CHECK (ui_locales IS NULL OR typeof(ui_locales) = 'text'),
    stage          TEXT NOT NULL CHECK (typeof(stage) = 'text'),
    created_at     BIGINT NOT NULL CHECK (typeof(created_at) = 'integer'),
    open_until     BIGINT NOT NULL CHECK (typeof(open_until) = 'integer'),
    browser_hash   BLOB CHECK (browser_hash IS NULL OR typeof(browser_hash) = 'blob'),
    bound_until    BIGINT CHECK (bound_until IS NULL OR typeof(bound_until) = 'integer'),
    decided_at     BIGINT CHECK (decided_at IS NULL OR typeof(decided_at) = 'integer'),
    grant_id       UUID CHECK (grant_id IS NULL OR (typeof(grant_id) = 'blob' AND length(grant_id) = 16)),
    code_hash      BLOB UNIQUE CHECK (code_hash IS NULL OR typeof(code_hash) = 'blob'),
    code_until     BIGINT CHECK (code_until IS NULL OR typeof(code_until) = 'integer'),
    redeemed_at    BIGINT CHECK (redeemed_at IS NULL OR typeof(redeemed_at) = 'integer')
);

CREATE TABLE token (
    token_hash     BLOB NOT NULL PRIMARY KEY CHECK (typeof(token_hash) = 'blob'),
    kind           TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    role           TEXT NOT NULL CHECK (typeof(role) = 'text'),
    client_id      TEXT NOT NULL CHECK (typeof(client_id) = 'text'),
    audience       TEXT NOT NULL CHECK (typeof(audience) = 'text'),
    scope          TEXT CHECK (scope IS NULL OR typeof(scope) = 'text'),
    certificate_id UUID NOT NULL CHECK (typeof(certificate_id) = 'blob' AND length(certificate_id) = 16),
    thumbprint     BLOB NOT NULL CHECK (typeof(thumbprint) = 'blob'),
    grant_id       UUID CHECK (grant_id IS NULL OR (typeof(grant_id) = 'blob' AND length(grant_id) = 16)),
    mailbox_id     UUID CHECK (mailbox_id IS NULL OR (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16)),
    application_id UUID CHECK (application_id IS NULL OR (typeof(application_id) = 'blob' AND length(application_id) = 16)),
    epoch          BIGINT NOT NULL CHECK (typeof(epoch) = 'integer'),
    provider_epoch BIGINT NOT NULL CHECK (typeof(provider_epoch) = 'integer'),
    issued_at      BIGINT NOT NULL CHECK (typeof(issued_at) = 'integer'),
    until          BIGINT NOT NULL CHECK (typeof(until) = 'integer')
);
CREATE INDEX token_by_grant ON token (grant_id);
CREATE INDEX token_by_until ON token (until);

CREATE TABLE session (
    session_hash BLOB NOT NULL PRIMARY KEY CHECK (typeof(session_hash) = 'blob'),
    person       UUID NOT NULL CHECK (typeof(person) = 'blob' AND length(person) = 16),
    acting_for   UUID NOT NULL CHECK (typeof(acting_for) = 'blob' AND length(acting_for) = 16),
    sealed_name  BLOB NOT NULL CHECK (typeof(sealed_name) = 'blob'),
    sealed_hint  BLOB NOT NULL CHECK (typeof(sealed_hint) = 'blob'),
    acr          TEXT NOT NULL CHECK (typeof(acr) = 'text'),
    auth_time    BIGINT NOT NULL CHECK (typeof(auth_time) = 'integer'),
    request_hash BLOB CHECK (request_hash IS NULL OR typeof(request_hash) = 'blob'),
    created_at   BIGINT NOT NULL CHECK (typeof(created_at) = 'integer'),
    seen_at      BIGINT NOT NULL CHECK (typeof(seen_at) = 'integer'),
    until        BIGINT NOT NULL CHECK (typeof(until) = 'integer')
);

CREATE TABLE login (
    state_hash      BLOB NOT NULL PRIMARY KEY CHECK (typeof(state_hash) = 'blob'),
    browser_hash    BLOB NOT NULL CHECK (typeof(browser_hash) = 'blob'),
    sealed_verifier BLOB NOT NULL CHECK (typeof(sealed_verifier) = 'blob'),
    nonce_hash      BLOB NOT NULL CHECK (typeof(nonce_hash) = 'blob'),
    request_hash    BLOB CHECK (request_hash IS NULL OR typeof(request_hash) = 'blob'),
    return_to       TEXT NOT NULL CHECK (typeof(return_to) = 'text'),
    created_at      BIGINT NOT NULL CHECK (typeof(created_at) = 'integer'),
    until           BIGINT NOT NULL CHECK (typeof(until) = 'integer')
);

-- What was done, and what is still to do.

CREATE TABLE audit_write (
    mailbox_id UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    at         BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    id         UUID NOT NULL CHECK (typeof(id) = 'blob' AND length(id) = 16),
    role       TEXT NOT NULL CHECK (typeof(role) = 'text'),
    actor      TEXT NOT NULL CHECK (typeof(actor) = 'text'),
    action     TEXT NOT NULL CHECK (typeof(action) = 'text'),
    object     TEXT NOT NULL CHECK (typeof(object) = 'text'),
    PRIMARY KEY (mailbox_id, at, id)
);

CREATE TABLE reading (
    day        BIGINT NOT NULL CHECK (typeof(day) = 'integer'),
    node       TEXT NOT NULL CHECK (typeof(node) = 'text'),
    segment    BIGINT NOT NULL CHECK (typeof(segment) = 'integer'),
    position   BIGINT NOT NULL CHECK (typeof(position) = 'integer'),
    at         BIGINT NOT NULL CHECK (typeof(at) = 'integer'),
    mailbox_id UUID NOT NULL CHECK (typeof(mailbox_id) = 'blob' AND length(mailbox_id) = 16),
    role       TEXT NOT NULL CHECK (typeof(role) = 'text'),
    reader     UUID NOT NULL CHECK (typeof(reader) = 'blob' AND length(reader) = 16),
    consent_id UUID CHECK (consent_id IS NULL OR (typeof(consent_id) = 'blob' AND length(consent_id) = 16)),
    what       TEXT NOT NULL CHECK (typeof(what) = 'text'),
    number     BIGINT CHECK (number IS NULL OR typeof(number) = 'integer'),
    part       BIGINT CHECK (part IS NULL OR typeof(part) = 'integer'),
    PRIMARY KEY (day, node, segment, position)
);
CREATE INDEX reading_by_mailbox ON reading (mailbox_id, at);

CREATE TABLE segment (
    node     TEXT NOT NULL CHECK (typeof(node) = 'text'),
    segment  BIGINT NOT NULL CHECK (typeof(segment) = 'integer'),
    loaded   BIGINT NOT NULL CHECK (typeof(loaded) = 'integer'),
    head     BLOB NOT NULL CHECK (typeof(head) = 'blob'),
    PRIMARY KEY (node, segment)
);

CREATE TABLE outbox (
    id          UUID NOT NULL PRIMARY KEY CHECK (typeof(id) = 'blob' AND length(id) = 16),
    lane        TEXT NOT NULL CHECK (typeof(lane) = 'text'),
    kind        TEXT NOT NULL CHECK (typeof(kind) = 'text'),
    key         TEXT NOT NULL CHECK (typeof(key) = 'text'),
    payload     TEXT NOT NULL CHECK (typeof(payload) = 'text'),
    due_at      BIGINT NOT NULL CHECK (typeof(due_at) = 'integer'),
    attempt     BIGINT NOT NULL CHECK (typeof(attempt) = 'integer'),
    lease_until BIGINT NOT NULL CHECK (typeof(lease_until) = 'integer')
);
CREATE INDEX outbox_due ON outbox (lane, due_at);
