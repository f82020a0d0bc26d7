-- API tokens. `body` is a token without its last use, which changes without an event. Only a digest of
-- its text is in it. A caller is known by the id of a token before the tenant is: no two tenants have
-- a token of the same id.
CREATE TABLE tokens (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  body json NOT NULL,
  bytes integer NOT NULL,
  expires_at text COLLATE "C" NOT NULL,
  revoked_at text COLLATE "C",
  last_used_at text COLLATE "C",
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX tokens_by_id ON tokens (id);
CREATE INDEX unrevoked_tokens ON tokens (expires_at) WHERE revoked_at IS NULL;

-- `fields`: `{"tenant", "id", "expires_at", "bytes"}`.
CREATE FUNCTION create_token(fields json, event json, new_body json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields) AS given (tenant text, id text, expires_at text, bytes integer);
  INSERT INTO tokens (tenant, id, body, bytes, expires_at)
    VALUES (given.tenant, given.id, new_body, given.bytes, given.expires_at);
  PERFORM record_event(given.tenant, null, event);
END $$;

-- `fields`: `{"tenant", "id", "expires_at", "revoked_at", "bytes"}`. The caller holds the lock of the
-- row.
CREATE FUNCTION update_token(fields json, event json, new_body json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields)
    AS given (tenant text, id text, expires_at text, revoked_at text, bytes integer);
  UPDATE tokens SET body = new_body, bytes = given.bytes, expires_at = given.expires_at,
      revoked_at = given.revoked_at
    WHERE tenant = given.tenant AND id = given.id;
  PERFORM record_event(given.tenant, null, event);
END $$;
