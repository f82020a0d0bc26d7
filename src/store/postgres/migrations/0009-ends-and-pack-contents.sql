-- When the server saw a run end, which is what retention goes by: `finished_at` in the body is the word of the caller. It is the time
-- of the event that made the run final, so existing rows get it from theirs. The events are told apart as text, since those of other
-- types may hold `\u0000`, of which PostgreSQL can take no part out.
ALTER TABLE runs ADD COLUMN ended_at text COLLATE "C";

WITH updates AS MATERIALIZED (
  SELECT tenant AS of_tenant, run_id, body FROM events
  WHERE body::text ~ '^\{"id":"[^"]*","at":"[^"]*","request_id":"([^"\\]|\\.)*","actor":"([^"\\]|\\.)*","type":"run\.updated",'
), ends AS (
  SELECT of_tenant, run_id, min(body->>'at') AS at FROM updates
  WHERE body->'data'->>'status' IN ('succeeded', 'failed', 'cancelled') GROUP BY of_tenant, run_id
)
UPDATE runs SET ended_at = at FROM ends
  WHERE tenant = of_tenant AND id = run_id AND status IN ('succeeded', 'failed', 'cancelled');

CREATE OR REPLACE FUNCTION update_run(
  of_tenant text, run text, new_owner text, new_status text, new_body json, new_bytes integer, event json
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE runs SET owner = new_owner, status = new_status, body = new_body, bytes = new_bytes,
      ended_at = CASE WHEN new_status IN ('succeeded', 'failed', 'cancelled') THEN coalesce(ended_at, event->>'at') END
    WHERE tenant = of_tenant AND id = run;
  PERFORM record_event(of_tenant, run, event);
END $$;

-- Packs list for every artifact whether it had content. Existing rows get what theirs would have listed, those kept for requests that are
-- sent again, too: the artifacts without a digest had none.
-- No part is taken out of answers that are surely no pack, for the same reason as above.
CREATE FUNCTION pack_contents(body json) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '[' || coalesce(string_agg(
    '{"artifact_id":' || to_json(id)::text ||
      CASE WHEN sha256 IS NULL THEN ',"digest":null,"reason":"content_not_sent"}' ELSE ',"digest":"sha256:' || sha256 || '","reason":null}' END,
    ',' ORDER BY place), '') || ']'
  FROM json_array_elements_text(body->'artifact_ids') WITH ORDINALITY AS held (id, place)
  LEFT JOIN (
    SELECT one->>'artifact_id' AS artifact_id, one->>'sha256' AS sha256 FROM json_array_elements(body->'artifact_digests') AS one
  ) AS digests ON artifact_id = id
$$;

UPDATE disclosure_packs SET body = (left(body::text, -1) || ',"artifact_contents":' || pack_contents(body) || '}')::json;
UPDATE disclosure_packs SET bytes = octet_length(body::text);
UPDATE idempotency_keys SET body = (left(body::text, -1) || ',"artifact_contents":' || pack_contents(body) || '}')::json
  WHERE CASE WHEN body::text LIKE '%"artifact_ids":%' THEN body->'artifact_ids' IS NOT NULL END;

DROP FUNCTION pack_contents(json);
