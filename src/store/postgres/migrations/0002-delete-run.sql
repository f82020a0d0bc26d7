-- Deletes a run with all it holds, and tells of it. Its events stay: they are the record of what happened.
CREATE FUNCTION delete_run(of_tenant text, run text, event json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM disclosure_packs WHERE tenant = of_tenant AND run_id = run;
  DELETE FROM artifacts WHERE tenant = of_tenant AND run_id = run;
  DELETE FROM runs WHERE tenant = of_tenant AND id = run;
  PERFORM record_event(of_tenant, run, event);
END $$;
