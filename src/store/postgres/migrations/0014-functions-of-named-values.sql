-- Functions whose named values come in one JSON object, with the event and the bodies beside it.
-- Those with a positional argument for each value stay for one release, as a process of the version
-- before calls them during a rolling upgrade. No operator looks for a member of a body: it would
-- read every escape, so that `\u0000` or a lone surrogate anywhere in the body would fail, and cost
-- a pass over it. Bodies within one argument (measured: +15 to +30 % of a statement's CPU) are
-- split by json_array_elements, which keeps the text of each element and reads no escape in it.
-- Only create_runs does that.

-- What belongs to a run goes with it, whichever table holds it: a new table joins by its foreign
-- key. The keys that these replace have checked the rows, so they are not checked again here; 0015
-- does that without keeping writers out. The tables are locked in the order in which writers lock
-- them, or a transaction that has locked a run and goes on to its artifacts would wait in a circle.
LOCK TABLE runs, artifacts, disclosure_packs IN ACCESS EXCLUSIVE MODE;
ALTER TABLE artifacts
  DROP CONSTRAINT artifacts_tenant_run_id_fkey,
  ADD CONSTRAINT artifacts_of_run FOREIGN KEY (tenant, run_id) REFERENCES runs (tenant, id) ON DELETE CASCADE NOT VALID;
ALTER TABLE disclosure_packs
  DROP CONSTRAINT disclosure_packs_tenant_run_id_fkey,
  ADD CONSTRAINT disclosure_packs_of_run FOREIGN KEY (tenant, run_id) REFERENCES runs (tenant, id) ON DELETE CASCADE NOT VALID;

-- `[{"tenant", "runs": [{"id", "owner", "status", "bytes"}, ...]}, <event>, <body>, <event>,
-- <body>, ...]`. Runs that come at the same time share one transaction and its wait for the disk.
-- The rows come before the lock of the numbers: it is held no longer than it takes to draw them and
-- to commit.
CREATE FUNCTION create_runs(arg json) RETURNS void LANGUAGE plpgsql AS $$
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
END $$;

-- `[{"tenant", "id", "owner", "status", "ended_at", "bytes"}, <event>, <body>]`; `ended_at` is the
-- time of the event where the run is final, else null.
CREATE FUNCTION update_run(fields json, event json, new_body json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields)
    AS given (tenant text, id text, owner text, status text, ended_at text, bytes integer);
  UPDATE runs SET owner = given.owner, status = given.status, body = new_body, bytes = given.bytes,
      ended_at = CASE WHEN given.ended_at IS NOT NULL THEN coalesce(runs.ended_at, given.ended_at) END
    WHERE tenant = given.tenant AND id = given.id;
  PERFORM record_event(given.tenant, given.id, event);
END $$;

-- `fields`: `{"tenant", "id"}`. What belongs to the run goes with it. Its events stay: they are
-- the record of what happened.
CREATE FUNCTION delete_run(fields json, event json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields) AS given (tenant text, id text);
  DELETE FROM runs WHERE tenant = given.tenant AND id = given.id;
  PERFORM record_event(given.tenant, given.id, event);
END $$;

-- `fields`: `{"tenant", "id", "run_id", "max_artifacts", "max_bytes", "bytes"}`. Returns
-- why the run does not take the artifact: `no run`, `count` or `bytes`; null where it was written.
CREATE FUNCTION create_artifact(fields json, event json, new_body json) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  given record;
  held record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields)
    AS given (tenant text, id text, run_id text, max_artifacts integer, max_bytes bigint, bytes integer);
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
  INSERT INTO artifacts (tenant, id, run_id, body, bytes)
    VALUES (given.tenant, given.id, given.run_id, new_body, given.bytes);
  PERFORM record_event(given.tenant, given.run_id, event);
  RETURN NULL;
END $$;

-- `fields`: `{"tenant", "id", "run_id", "max_bytes", "sha256", "is_pending", "reading", "bytes"}`.
-- Returns `bytes` where the run has no room for more of them; null where it was written. The caller
-- holds the lock of the run. "reading" is what is kept beside the row from now on: `{"bytes",
-- "reader", "trust", "trust_since"}` beside `new_reading` and `new_findings`; null for nothing.
-- Where it is left out, what is kept stays. "trust" is what it was verified with, null where
-- nothing was. A process that knows no readers takes no reading whose `trust_since` is later than
-- its own: infinity keeps it from replacing what maestro/3 and later have read.
CREATE FUNCTION update_artifact(
  fields json, event json, new_body json, new_reading json, new_findings json
) RETURNS text LANGUAGE plpgsql AS $$
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
END $$;

-- `fields`: `{"tenant", "id", "run_id", "bytes"}`.
CREATE FUNCTION create_disclosure_pack(fields json, event json, new_body json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  given record;
BEGIN
  SELECT * INTO given FROM json_to_record(fields) AS given (tenant text, id text, run_id text, bytes integer);
  INSERT INTO disclosure_packs (tenant, id, run_id, body, bytes)
    VALUES (given.tenant, given.id, given.run_id, new_body, given.bytes);
  PERFORM record_event(given.tenant, given.run_id, event);
END $$;

-- `{"tenant", "scope", "fingerprint", "at", "since"}`. Takes the key for this transaction, waiting
-- for another that holds it. Returns nothing where it was free, else how it was first used. A few
-- keys from before `since` are deleted on the way.
CREATE FUNCTION claim_key(arg json) RETURNS TABLE (known_fingerprint text, known_body json) LANGUAGE plpgsql AS $$
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
END $$;
