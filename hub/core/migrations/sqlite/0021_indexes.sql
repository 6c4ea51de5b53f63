-- What jobs look for by time, and the sessions of a person.
CREATE INDEX idempotency_at ON idempotency (at);
CREATE INDEX login_until ON login (until);
CREATE INDEX session_person ON session (person);
CREATE INDEX authorization_request_created ON authorization_request (created_at);
CREATE INDEX authorization_request_open ON authorization_request (open_until) WHERE stage = 'pushed';
CREATE INDEX authorization_request_bound ON authorization_request (bound_until) WHERE stage = 'bound';
CREATE INDEX authorization_request_code ON authorization_request (code_until) WHERE stage = 'agreed';
