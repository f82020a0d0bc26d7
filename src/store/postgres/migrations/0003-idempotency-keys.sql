-- Keys of requests that may be sent again: with which body each was first used, and the row that was made then. `at` is the
-- caller's clock, RFC 3339 in UTC with milliseconds, which sorts as text.
CREATE TABLE idempotency_keys (
  tenant text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  at text COLLATE "C" NOT NULL,
  body json,
  PRIMARY KEY (tenant, scope)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (tenant, at);

-- Takes the key for this transaction, waiting for another that has it in hand. Returns nothing where it was free, else how
-- it was first used. A few keys of before `since` go on the way.
CREATE FUNCTION claim_key(of_tenant text, of_scope text, new_fingerprint text, new_at text, since text)
  RETURNS TABLE (known_fingerprint text, known_body json) LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM idempotency_keys WHERE tenant = of_tenant AND scope IN (
    SELECT scope FROM idempotency_keys WHERE tenant = of_tenant AND at < since ORDER BY at LIMIT 10 FOR UPDATE SKIP LOCKED
  );
  DELETE FROM idempotency_keys WHERE tenant = of_tenant AND scope = of_scope AND at < since;
  INSERT INTO idempotency_keys (tenant, scope, fingerprint, at) VALUES (of_tenant, of_scope, new_fingerprint, new_at)
    ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT fingerprint, body FROM idempotency_keys WHERE tenant = of_tenant AND scope = of_scope;
END $$;
