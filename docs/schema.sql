-- The schema that the migrations in src/store/postgres/migrations/ amount to. Written by `make schema`; a test compares it.

CREATE TABLE artifacts (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  body json NOT NULL,
  bytes integer NOT NULL,
  content_sha256 text COLLATE "C",
  for_gate json,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, run_id) REFERENCES runs(tenant, id) ON DELETE CASCADE
);

CREATE TABLE content_place (
  only_one boolean NOT NULL DEFAULT true,
  id text COLLATE "C",
  marked boolean NOT NULL DEFAULT false,
  PRIMARY KEY (only_one),
  CHECK (only_one)
);

CREATE TABLE disclosure_packs (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  body json NOT NULL,
  bytes integer NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, run_id) REFERENCES runs(tenant, id) ON DELETE CASCADE
);

CREATE TABLE event_archives (
  tenant text COLLATE "C" NOT NULL,
  last_number bigint NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  events integer NOT NULL,
  first_at text NOT NULL,
  last_at text NOT NULL,
  PRIMARY KEY (tenant, last_number)
);

CREATE TABLE event_cursors (
  tenant text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  position bigint NOT NULL DEFAULT 0,
  advanced_at timestamp with time zone,
  holder text COLLATE "C" NOT NULL,
  leased_until timestamp with time zone NOT NULL,
  failures integer NOT NULL DEFAULT 0,
  failed_at timestamp with time zone,
  failure text,
  retry_at timestamp with time zone NOT NULL DEFAULT '-infinity'::timestamp with time zone,
  PRIMARY KEY (tenant, name)
);

CREATE TABLE events (
  tenant text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  run_id text COLLATE "C",
  body json NOT NULL,
  PRIMARY KEY (tenant, number)
);

CREATE TABLE idempotency_keys (
  tenant text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  at text COLLATE "C" NOT NULL,
  body json,
  PRIMARY KEY (tenant, scope)
);

CREATE TABLE migrations (
  number integer NOT NULL,
  name text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now(),
  PRIMARY KEY (number)
);

CREATE TABLE readings (
  tenant text COLLATE "C" NOT NULL,
  artifact_id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  body json NOT NULL,
  bytes integer NOT NULL,
  findings json NOT NULL,
  trust text COLLATE "C",
  trust_since timestamp with time zone,
  verify_leased_until timestamp with time zone NOT NULL DEFAULT '-infinity'::timestamp with time zone,
  verify_attempts integer NOT NULL DEFAULT 0,
  reader integer NOT NULL DEFAULT 0,
  verified_since timestamp with time zone,
  verify_failures integer NOT NULL DEFAULT 0,
  verify_failed_at timestamp with time zone,
  verify_failed_until timestamp with time zone,
  verify_failure text,
  PRIMARY KEY (tenant, artifact_id),
  FOREIGN KEY (tenant, artifact_id) REFERENCES artifacts(tenant, id) ON DELETE CASCADE
);

CREATE TABLE runs (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  owner text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  body json NOT NULL,
  bytes integer NOT NULL,
  artifacts integer NOT NULL DEFAULT 0,
  artifact_bytes bigint NOT NULL DEFAULT 0,
  ended_at text COLLATE "C",
  PRIMARY KEY (tenant, id)
);

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

CREATE TABLE waiting_readings (
  tenant text COLLATE "C" NOT NULL,
  artifact_id text COLLATE "C" NOT NULL,
  since timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  leased_until timestamp with time zone NOT NULL DEFAULT '-infinity'::timestamp with time zone,
  attempts integer NOT NULL DEFAULT 0,
  due timestamp with time zone NOT NULL DEFAULT '-infinity'::timestamp with time zone,
  failures integer NOT NULL DEFAULT 0,
  failed_at timestamp with time zone,
  failed_until timestamp with time zone,
  failure text,
  PRIMARY KEY (tenant, artifact_id),
  FOREIGN KEY (tenant, artifact_id) REFERENCES artifacts(tenant, id) ON DELETE CASCADE
);

CREATE TABLE write_probes (
  number integer NOT NULL,
  written_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (number)
);

CREATE INDEX artifacts_by_content ON artifacts USING btree (tenant, content_sha256) WHERE (content_sha256 IS NOT NULL);
CREATE INDEX artifacts_by_run ON artifacts USING btree (tenant, run_id, id);
CREATE INDEX disclosure_packs_by_run ON disclosure_packs USING btree (tenant, run_id, id);
CREATE INDEX event_archives_by_content ON event_archives USING btree (tenant, sha256);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys USING btree (tenant, at);
CREATE INDEX readings_by_reader ON readings USING btree (tenant, reader, trust, verify_leased_until, artifact_id);
CREATE INDEX readings_by_run ON readings USING btree (tenant, run_id);
CREATE INDEX readings_lost ON readings USING btree (tenant, artifact_id) WHERE (((findings)::text ~~ '{"findings":[{"code":"content\_lost",%'::text) OR ((body)::text ~~ '%"links":[{"link":"signature","held":false,"code":"content\_lost",%'::text));
CREATE INDEX runs_by_owner_and_status ON runs USING btree (tenant, owner, status, id);
CREATE INDEX runs_by_status ON runs USING btree (tenant, status, id);
CREATE UNIQUE INDEX tokens_by_id ON tokens USING btree (id);
CREATE INDEX unrevoked_tokens ON tokens USING btree (expires_at) WHERE (revoked_at IS NULL);
CREATE INDEX waiting_readings_by_due ON waiting_readings USING btree (tenant, due);

CREATE SEQUENCE event_numbers;

CREATE OR REPLACE FUNCTION claim_key(arg json)
 RETURNS TABLE(known_fingerprint text, known_body json)
 LANGUAGE plpgsql
AS $function$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(arg) AS given (tenant text, scope text, fingerprint text, at text, since text);
  DELETE FROM idempotency_keys WHERE tenant = given.tenant AND scope IN (
    SELECT scope FROM idempotency_keys WHERE tenant = given.tenant AND at < given.since
    ORDER BY at LIMIT 10 FOR UPDATE SKIP LOCKED
  );
  DELETE FROM idempotency_keys WHERE tenant = given.tenant AND scope = given.scope AND at < given.since;
  INSERT INTO idempotency_keys (tenant, scope, fingerprint, at)
    VALUES (given.tenant, given.scope, given.fingerprint, given.at) ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT fingerprint, body FROM idempotency_keys WHERE tenant = given.tenant AND scope = given.scope;
END $function$
;

CREATE OR REPLACE FUNCTION claim_key(of_tenant text, of_scope text, new_fingerprint text, new_at text, since text)
 RETURNS TABLE(known_fingerprint text, known_body json)
 LANGUAGE plpgsql
AS $function$
BEGIN
  DELETE FROM idempotency_keys WHERE tenant = of_tenant AND scope IN (
    SELECT scope FROM idempotency_keys WHERE tenant = of_tenant AND at < since ORDER BY at LIMIT 10 FOR UPDATE SKIP LOCKED
  );
  DELETE FROM idempotency_keys WHERE tenant = of_tenant AND scope = of_scope AND at < since;
  INSERT INTO idempotency_keys (tenant, scope, fingerprint, at) VALUES (of_tenant, of_scope, new_fingerprint, new_at)
    ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT fingerprint, body FROM idempotency_keys WHERE tenant = of_tenant AND scope = of_scope;
END $function$
;

CREATE OR REPLACE FUNCTION create_artifact(fields json, event json, new_body json)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
DECLARE
  given record;
  held record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields) AS given (
    tenant text, id text, run_id text, max_artifacts integer, max_bytes bigint, bytes integer, for_gate json
  );
  UPDATE runs SET artifacts = artifacts + 1, artifact_bytes = artifact_bytes + given.bytes
    WHERE tenant = given.tenant AND id = given.run_id
      AND artifacts < given.max_artifacts AND artifact_bytes + given.bytes <= given.max_bytes;
  IF NOT FOUND THEN
    SELECT artifacts, artifact_bytes INTO held FROM runs
      WHERE tenant = given.tenant AND id = given.run_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN RETURN 'no run'; END IF;
    IF held.artifacts >= given.max_artifacts THEN RETURN 'count'; END IF;
    IF held.artifact_bytes + given.bytes > given.max_bytes THEN RETURN 'bytes'; END IF;
    -- Another transaction has made room in the meantime.
    UPDATE runs SET artifacts = artifacts + 1, artifact_bytes = artifact_bytes + given.bytes
      WHERE tenant = given.tenant AND id = given.run_id;
  END IF;
  INSERT INTO artifacts (tenant, id, run_id, body, bytes, for_gate)
    VALUES (given.tenant, given.id, given.run_id, new_body, given.bytes, given.for_gate);
  PERFORM record_event(given.tenant, given.run_id, event);
  RETURN NULL;
END $function$
;

CREATE OR REPLACE FUNCTION create_artifact(of_tenant text, new_id text, of_run text, new_body json, new_bytes integer, event json, most_artifacts integer, most_bytes bigint)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
DECLARE
  held runs%ROWTYPE;
BEGIN
  SELECT * INTO held FROM runs WHERE tenant = of_tenant AND id = of_run FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN 'no run'; END IF;
  IF held.artifacts >= most_artifacts THEN RETURN 'count'; END IF;
  IF held.artifact_bytes + new_bytes > most_bytes THEN RETURN 'bytes'; END IF;
  INSERT INTO artifacts (tenant, id, run_id, body, bytes) VALUES (of_tenant, new_id, of_run, new_body, new_bytes);
  UPDATE runs SET artifacts = held.artifacts + 1, artifact_bytes = held.artifact_bytes + new_bytes
    WHERE tenant = of_tenant AND id = of_run;
  PERFORM record_event(of_tenant, of_run, event);
  RETURN NULL;
END $function$
;

CREATE OR REPLACE FUNCTION create_disclosure_pack(fields json, event json, new_body json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields) AS given (tenant text, id text, run_id text, bytes integer);
  INSERT INTO disclosure_packs (tenant, id, run_id, body, bytes)
    VALUES (given.tenant, given.id, given.run_id, new_body, given.bytes);
  PERFORM record_event(given.tenant, given.run_id, event);
END $function$
;

CREATE OR REPLACE FUNCTION create_disclosure_pack(of_tenant text, new_id text, of_run text, new_body json, new_bytes integer, event json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO disclosure_packs (tenant, id, run_id, body, bytes) VALUES (of_tenant, new_id, of_run, new_body, new_bytes);
  PERFORM record_event(of_tenant, of_run, event);
END $function$
;

CREATE OR REPLACE FUNCTION create_runs(arg json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  parts json[] := ARRAY(SELECT json_array_elements(arg));
  of_tenant text := parts[1]->>'tenant';
  new_runs json := parts[1]->'runs';
BEGIN
  INSERT INTO runs (tenant, id, owner, status, body, bytes)
    SELECT of_tenant, id, owner, status, parts[2 * place + 1], bytes
    FROM ROWS FROM (json_to_recordset(new_runs) AS (id text, owner text, status text, bytes integer))
      WITH ORDINALITY AS new (id, owner, status, bytes, place);
  PERFORM pg_advisory_xact_lock_shared(1296127060);
  INSERT INTO events (tenant, number, run_id, body)
    SELECT of_tenant, nextval('event_numbers'), id, parts[2 * place]
    FROM ROWS FROM (json_to_recordset(new_runs) AS (id text)) WITH ORDINALITY AS new (id, place);
END $function$
;

CREATE OR REPLACE FUNCTION create_runs(of_tenant text, new_runs json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO runs (tenant, id, owner, status, body, bytes)
    SELECT of_tenant, id, owner, status, body, bytes
    FROM json_to_recordset(new_runs) AS new (id text, owner text, status text, body json, bytes integer);
  PERFORM pg_advisory_xact_lock_shared(1296127060);
  INSERT INTO events (tenant, number, run_id, body)
    SELECT of_tenant, nextval('event_numbers'), id, event
    FROM json_to_recordset(new_runs) AS new (id text, event json);
END $function$
;

CREATE OR REPLACE FUNCTION create_token(fields json, event json, new_body json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields) AS given (tenant text, id text, expires_at text, bytes integer);
  INSERT INTO tokens (tenant, id, body, bytes, expires_at)
    VALUES (given.tenant, given.id, new_body, given.bytes, given.expires_at);
  PERFORM record_event(given.tenant, null, event);
END $function$
;

CREATE OR REPLACE FUNCTION cut_events(arg json)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
DECLARE
  given record;
  found_events integer;
BEGIN
  SELECT * INTO given FROM json_to_record(arg) AS given(
    tenant text, archivist text, last_number bigint, sha256 text, events integer, first_at text, last_at text
  );
  PERFORM FROM event_cursors
    WHERE tenant = given.tenant AND name <> given.archivist AND position < given.last_number LIMIT 1;
  IF FOUND THEN RETURN false; END IF;
  PERFORM FROM events WHERE tenant = given.tenant AND number > given.last_number ORDER BY number LIMIT 1;
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT count(*) INTO found_events FROM (
    SELECT FROM events WHERE tenant = given.tenant AND number <= given.last_number ORDER BY number FOR UPDATE
  ) AS locked;
  IF found_events <> given.events THEN RETURN false; END IF;
  DELETE FROM events WHERE tenant = given.tenant AND number <= given.last_number;
  INSERT INTO event_archives (tenant, last_number, sha256, events, first_at, last_at)
    VALUES (given.tenant, given.last_number, given.sha256, given.events, given.first_at, given.last_at);
  RETURN true;
END $function$
;

CREATE OR REPLACE FUNCTION delete_run(fields json, event json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields) AS given (tenant text, id text);
  DELETE FROM runs WHERE tenant = given.tenant AND id = given.id;
  PERFORM record_event(given.tenant, given.id, event);
END $function$
;

CREATE OR REPLACE FUNCTION delete_run(of_tenant text, run text, event json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  DELETE FROM disclosure_packs WHERE tenant = of_tenant AND run_id = run;
  DELETE FROM artifacts WHERE tenant = of_tenant AND run_id = run;
  DELETE FROM runs WHERE tenant = of_tenant AND id = run;
  PERFORM record_event(of_tenant, run, event);
END $function$
;

CREATE OR REPLACE FUNCTION drawn_events(of_tenant text, after_number bigint, OUT last bigint, OUT writers text[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
BEGIN
  -- In the order of the index, which EXISTS would not keep to.
  PERFORM FROM events WHERE tenant = of_tenant AND number > after_number ORDER BY number LIMIT 1;
  IF FOUND THEN
    last := (SELECT last_value FROM event_numbers);
    writers := event_writers();
  END IF;
END $function$
;

CREATE OR REPLACE FUNCTION due_of(since timestamp with time zone, artifact json)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
AS $function$
BEGIN
  RETURN since + least(coalesce((artifact->'content'->>'size')::bigint, 0), 33554432) * interval '10 microseconds';
EXCEPTION WHEN OTHERS THEN
  RETURN since;
END $function$
;

CREATE OR REPLACE FUNCTION event_writers()
 RETURNS text[]
 LANGUAGE sql
AS $function$
  SELECT array_agg(DISTINCT virtualtransaction) FROM pg_locks
  WHERE locktype = 'advisory' AND classid = 0 AND objid = 1296127060 AND objsubid = 1 AND granted AND mode = 'ShareLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
$function$
;

CREATE OR REPLACE FUNCTION forget_for_gate()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  NEW.for_gate := NULL;
  RETURN NEW;
END $function$
;

CREATE OR REPLACE FUNCTION last_settled_event()
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(1296127060);
  RETURN (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM event_numbers);
END $function$
;

CREATE OR REPLACE FUNCTION record_event(of_tenant text, of_run text, event json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(1296127060);
  INSERT INTO events (tenant, number, run_id, body) VALUES (of_tenant, nextval('event_numbers'), of_run, event);
END $function$
;

CREATE OR REPLACE FUNCTION set_due()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  NEW.due := due_of(NEW.since, (SELECT body FROM artifacts WHERE tenant = NEW.tenant AND id = NEW.artifact_id));
  RETURN NEW;
END $function$
;

CREATE OR REPLACE FUNCTION update_artifact(fields json, event json, new_body json, new_reading json, new_findings json)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
DECLARE
  given record;
  reading record;
  replaces_reading boolean := fields->'reading' IS NOT NULL;
  growth integer;
BEGIN
  SELECT * INTO given FROM json_to_record(fields) AS given (
    tenant text, id text, run_id text, max_bytes bigint, sha256 text, is_pending boolean, reading json, bytes integer
  );
  growth := given.bytes - (SELECT bytes FROM artifacts WHERE tenant = given.tenant AND id = given.id);
  IF replaces_reading THEN
    SELECT * INTO reading FROM json_to_record(coalesce(given.reading, '{}'))
      AS reading (bytes integer, reader integer, trust text, trust_since timestamptz);
    growth := growth + coalesce(reading.bytes, 0) -
      coalesce((SELECT bytes FROM readings WHERE tenant = given.tenant AND artifact_id = given.id), 0);
  END IF;
  UPDATE runs SET artifact_bytes = artifact_bytes + growth
    WHERE tenant = given.tenant AND id = given.run_id AND artifact_bytes + growth <= given.max_bytes;
  IF NOT FOUND THEN RETURN 'bytes'; END IF;
  UPDATE artifacts SET body = new_body, bytes = given.bytes, content_sha256 = given.sha256
    WHERE tenant = given.tenant AND id = given.id;
  IF replaces_reading THEN
    DELETE FROM readings WHERE tenant = given.tenant AND artifact_id = given.id;
    IF given.reading IS NOT NULL THEN
      INSERT INTO readings (
        tenant, artifact_id, run_id, body, bytes, findings, trust, trust_since, verified_since, reader
      ) VALUES (
        given.tenant, given.id, given.run_id, new_reading, reading.bytes, new_findings, reading.trust,
        CASE WHEN reading.reader >= 3 AND reading.trust IS NOT NULL THEN 'infinity' ELSE reading.trust_since END,
        reading.trust_since, reading.reader
      );
    END IF;
  END IF;
  IF given.is_pending THEN
    INSERT INTO waiting_readings (tenant, artifact_id) VALUES (given.tenant, given.id) ON CONFLICT DO NOTHING;
  ELSE
    DELETE FROM waiting_readings WHERE tenant = given.tenant AND artifact_id = given.id;
  END IF;
  PERFORM record_event(given.tenant, given.run_id, event);
  RETURN NULL;
END $function$
;

CREATE OR REPLACE FUNCTION update_artifact(of_tenant text, artifact text, of_run text, new_body json, new_bytes integer, new_sha256 text, event json, most_bytes bigint, waits boolean, keeps boolean, new_reading json, new_reading_bytes integer, new_findings json, new_trust text, new_trust_since timestamp with time zone)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
DECLARE
  old_bytes integer;
  old_reading_bytes integer;
  growth integer;
  new_reader integer;
BEGIN
  SELECT bytes INTO old_bytes FROM artifacts WHERE tenant = of_tenant AND id = artifact;
  SELECT bytes INTO old_reading_bytes FROM readings WHERE tenant = of_tenant AND artifact_id = artifact;
  growth := new_bytes - old_bytes;
  IF NOT keeps THEN growth := growth + coalesce(new_reading_bytes, 0) - coalesce(old_reading_bytes, 0); END IF;
  UPDATE runs SET artifact_bytes = artifact_bytes + growth
    WHERE tenant = of_tenant AND id = of_run AND artifact_bytes + growth <= most_bytes;
  IF NOT FOUND THEN RETURN 'bytes'; END IF;
  UPDATE artifacts SET body = new_body, bytes = new_bytes, content_sha256 = new_sha256
    WHERE tenant = of_tenant AND id = artifact;
  IF NOT keeps THEN
    DELETE FROM readings WHERE tenant = of_tenant AND artifact_id = artifact;
    IF new_reading IS NOT NULL THEN
      new_reader := coalesce(substring(new_body->'evidence'->>'reader' FROM '^maestro/([1-9][0-9]{0,8})$')::integer, 0);
      INSERT INTO readings (
        tenant, artifact_id, run_id, body, bytes, findings, trust, trust_since, verified_since, reader
      ) VALUES (
        of_tenant, artifact, of_run, new_reading, new_reading_bytes, new_findings, new_trust,
        CASE WHEN new_reader >= 3 AND new_trust IS NOT NULL THEN 'infinity' ELSE new_trust_since END,
        new_trust_since, new_reader
      );
    END IF;
  END IF;
  IF waits THEN
    INSERT INTO waiting_readings (tenant, artifact_id) VALUES (of_tenant, artifact) ON CONFLICT DO NOTHING;
  ELSE
    DELETE FROM waiting_readings WHERE tenant = of_tenant AND artifact_id = artifact;
  END IF;
  PERFORM record_event(of_tenant, of_run, event);
  RETURN NULL;
END $function$
;

CREATE OR REPLACE FUNCTION update_run(fields json, event json, new_body json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields)
    AS given (tenant text, id text, owner text, status text, ended_at text, bytes integer);
  UPDATE runs SET owner = given.owner, status = given.status, body = new_body, bytes = given.bytes,
      ended_at = CASE WHEN given.ended_at IS NOT NULL THEN coalesce(runs.ended_at, given.ended_at) END
    WHERE tenant = given.tenant AND id = given.id;
  PERFORM record_event(given.tenant, given.id, event);
END $function$
;

CREATE OR REPLACE FUNCTION update_run(of_tenant text, run text, new_owner text, new_status text, new_body json, new_bytes integer, event json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  UPDATE runs SET owner = new_owner, status = new_status, body = new_body, bytes = new_bytes,
      ended_at = CASE WHEN new_status IN ('succeeded', 'failed', 'cancelled') THEN coalesce(ended_at, event->>'at') END
    WHERE tenant = of_tenant AND id = run;
  PERFORM record_event(of_tenant, run, event);
END $function$
;

CREATE OR REPLACE FUNCTION update_token(fields json, event json, new_body json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields)
    AS given (tenant text, id text, expires_at text, revoked_at text, bytes integer);
  UPDATE tokens SET body = new_body, bytes = given.bytes, expires_at = given.expires_at,
      revoked_at = given.revoked_at
    WHERE tenant = given.tenant AND id = given.id;
  PERFORM record_event(given.tenant, null, event);
END $function$
;

CREATE TRIGGER forget_for_gate BEFORE UPDATE OF body, run_id ON artifacts FOR EACH ROW EXECUTE FUNCTION forget_for_gate();

CREATE TRIGGER set_due BEFORE INSERT ON waiting_readings FOR EACH ROW EXECUTE FUNCTION set_due();
