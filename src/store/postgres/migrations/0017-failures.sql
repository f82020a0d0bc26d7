-- What failed and will be tried again: how often, when last, why, and until when it is not leased
-- for it. It goes with the row when the work succeeds.
ALTER TABLE waiting_readings
  ADD COLUMN failures integer NOT NULL DEFAULT 0,
  ADD COLUMN failed_at timestamptz,
  ADD COLUMN failed_until timestamptz,
  ADD COLUMN failure text;
ALTER TABLE readings
  ADD COLUMN verify_failures integer NOT NULL DEFAULT 0,
  ADD COLUMN verify_failed_at timestamptz,
  ADD COLUMN verify_failed_until timestamptz,
  ADD COLUMN verify_failure text;
