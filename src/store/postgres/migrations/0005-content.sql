-- Artifacts may have content; packs tell its digests. Rows of before get what theirs would have said, those kept for requests
-- that are sent again, too.
ALTER TABLE artifacts ADD COLUMN content_sha256 text COLLATE "C";
CREATE INDEX artifacts_by_content ON artifacts (tenant, content_sha256) WHERE content_sha256 IS NOT NULL;

UPDATE artifacts SET body = (left(body::text, -1) || ',"content":null}')::json, bytes = bytes + length(',"content":null');
UPDATE runs SET artifact_bytes = artifact_bytes + artifacts * length(',"content":null') WHERE artifacts > 0;
UPDATE disclosure_packs SET body = (left(body::text, -1) || ',"artifact_digests":[]}')::json,
  bytes = bytes + length(',"artifact_digests":[]');
UPDATE idempotency_keys SET body = (left(body::text, -1) || ',"content":null}')::json
  WHERE body->'path_or_uri' IS NOT NULL;
UPDATE idempotency_keys SET body = (left(body::text, -1) || ',"artifact_digests":[]}')::json
  WHERE body->'artifact_ids' IS NOT NULL;

-- Returns `bytes` where the run has no room for more of them; null where it was written. The caller holds the lock of the run.
CREATE FUNCTION update_artifact(
  of_tenant text, artifact text, of_run text, new_body json, new_bytes integer, new_sha256 text, event json,
  most_bytes bigint
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  old_bytes integer;
BEGIN
  SELECT bytes INTO old_bytes FROM artifacts WHERE tenant = of_tenant AND id = artifact;
  UPDATE runs SET artifact_bytes = artifact_bytes + new_bytes - old_bytes
    WHERE tenant = of_tenant AND id = of_run AND artifact_bytes + new_bytes - old_bytes <= most_bytes;
  IF NOT FOUND THEN RETURN 'bytes'; END IF;
  UPDATE artifacts SET body = new_body, bytes = new_bytes, content_sha256 = new_sha256
    WHERE tenant = of_tenant AND id = artifact;
  PERFORM record_event(of_tenant, of_run, event);
  RETURN NULL;
END $$;
