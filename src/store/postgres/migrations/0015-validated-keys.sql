-- In a transaction of its own, so that runs, artifacts and packs can be written meanwhile.
ALTER TABLE artifacts VALIDATE CONSTRAINT artifacts_of_run;
ALTER TABLE disclosure_packs VALIDATE CONSTRAINT disclosure_packs_of_run;
