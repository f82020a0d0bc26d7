-- What the content of artifacts is, as it was read, and what waits to be read. Rows of before get the new fields; content of before
-- waits to be read.
CREATE TABLE readings (
  tenant text COLLATE "C" NOT NULL,
  artifact_id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  body json NOT NULL,
  bytes integer NOT NULL,
  findings json NOT NULL,
  PRIMARY KEY (tenant, artifact_id),
  FOREIGN KEY (tenant, artifact_id) REFERENCES artifacts (tenant, id) ON DELETE CASCADE
);
CREATE INDEX readings_by_run ON readings (tenant, run_id);

CREATE TABLE waiting_readings (
  tenant text COLLATE "C" NOT NULL,
  artifact_id text COLLATE "C" NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  leased_until timestamptz NOT NULL DEFAULT '-infinity',
  attempts integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, artifact_id),
  FOREIGN KEY (tenant, artifact_id) REFERENCES artifacts (tenant, id) ON DELETE CASCADE
);
CREATE INDEX waiting_readings_by_time ON waiting_readings (tenant, since);

INSERT INTO waiting_readings (tenant, artifact_id) SELECT tenant, id FROM artifacts WHERE content_sha256 IS NOT NULL;
UPDATE artifacts SET body = (left(body::text, -1) || ',"about":[],"evidence":' ||
  CASE WHEN content_sha256 IS NULL THEN 'null' ELSE
    '{"state":"pending","kind":null,"format":null,"version":null,"level":null,"tool":null,"findings_total":0,' ||
    '"read_at":null,"reader":null,"subjects":[]}'
  END || '}')::json;
UPDATE artifacts SET bytes = octet_length(body::text);
UPDATE runs SET artifact_bytes =
    (SELECT sum(bytes) FROM artifacts WHERE artifacts.tenant = runs.tenant AND artifacts.run_id = runs.id)
  WHERE artifacts > 0;
UPDATE idempotency_keys SET body = (left(body::text, -1) || ',"about":[],"evidence":null}')::json
  WHERE body->'path_or_uri' IS NOT NULL;

-- Returns `bytes` where the run has no room for more of them; null where it was written. The caller holds the lock of the run.
-- `new_reading` and `new_findings` are what is kept beside the row from now on, nothing where they are null; `keeps` says
-- that what is kept stays.
DROP FUNCTION update_artifact(text, text, text, json, integer, text, json, bigint);
CREATE FUNCTION update_artifact(
  of_tenant text, artifact text, of_run text, new_body json, new_bytes integer, new_sha256 text, event json,
  most_bytes bigint, waits boolean, keeps boolean, new_reading json, new_reading_bytes integer, new_findings json
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  old_bytes integer;
  old_reading_bytes integer;
  growth integer;
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
      INSERT INTO readings (tenant, artifact_id, run_id, body, bytes, findings)
        VALUES (of_tenant, artifact, of_run, new_reading, new_reading_bytes, new_findings);
    END IF;
  END IF;
  IF waits THEN
    INSERT INTO waiting_readings (tenant, artifact_id) VALUES (of_tenant, artifact) ON CONFLICT DO NOTHING;
  ELSE
    DELETE FROM waiting_readings WHERE tenant = of_tenant AND artifact_id = artifact;
  END IF;
  PERFORM record_event(of_tenant, of_run, event);
  RETURN NULL;
END $$;
