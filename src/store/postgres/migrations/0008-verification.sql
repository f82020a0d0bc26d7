-- What a document was verified with, so that what was verified with something else is found and verified again. Readings of before get the
-- new fields; what may be signed in them is verified once, as nobody has looked at it.
ALTER TABLE readings
  ADD COLUMN trust text COLLATE "C",
  ADD COLUMN trust_since timestamptz,
  ADD COLUMN verify_leased_until timestamptz NOT NULL DEFAULT '-infinity',
  ADD COLUMN verify_attempts integer NOT NULL DEFAULT 0;
CREATE INDEX readings_by_trust ON readings (tenant, trust, verify_leased_until, artifact_id) WHERE trust IS NOT NULL;

-- As text, which keeps every byte as the driver wrote it: the facts are the last field and begin with their kind, and in what stands before
-- them no other field of that name holds an object.
UPDATE readings SET
    body = (CASE kind WHEN 'attestation' THEN left(body::text, -2) || ',"predicate":null}' ELSE left(body::text, -1) END ||
      ',"verification":null}')::json,
    trust = CASE WHEN kind IN ('provenance', 'vsa', 'attestation', 'signature') THEN '' END,
    trust_since = CASE WHEN kind IN ('provenance', 'vsa', 'attestation', 'signature') THEN timestamptz '-infinity' END
  FROM (
    SELECT tenant AS of_tenant, artifact_id AS artifact, substring(body::text FROM '"facts":\{"kind":"([a-z-]+)"') AS kind FROM readings
  ) AS known
  WHERE tenant = of_tenant AND artifact_id = artifact;
-- The bytes of a reading are counted without the id of its artifact.
UPDATE runs SET artifact_bytes = artifact_bytes + growth
  FROM (
    SELECT tenant AS of_tenant, run_id,
      sum(octet_length(body::text) - octet_length(to_json(artifact_id)::text) + octet_length('""') - bytes) AS growth
    FROM readings GROUP BY tenant, run_id
  ) AS grown
  WHERE tenant = of_tenant AND id = run_id;
UPDATE readings SET bytes = octet_length(body::text) - octet_length(to_json(artifact_id)::text) + octet_length('""');

-- Returns `bytes` where the run has no room for more of them; null where it was written. The caller holds the lock of the run.
-- `new_reading` and `new_findings` are what is kept beside the row from now on, nothing where they are null; `keeps` says
-- that what is kept stays. `new_trust` is what it was verified with, null where nothing was.
DROP FUNCTION update_artifact(text, text, text, json, integer, text, json, bigint, boolean, boolean, json, integer, json);
CREATE FUNCTION update_artifact(
  of_tenant text, artifact text, of_run text, new_body json, new_bytes integer, new_sha256 text, event json,
  most_bytes bigint, waits boolean, keeps boolean, new_reading json, new_reading_bytes integer, new_findings json,
  new_trust text, new_trust_since timestamptz
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
      INSERT INTO readings (tenant, artifact_id, run_id, body, bytes, findings, trust, trust_since)
        VALUES (of_tenant, artifact, of_run, new_reading, new_reading_bytes, new_findings, new_trust, new_trust_since);
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
