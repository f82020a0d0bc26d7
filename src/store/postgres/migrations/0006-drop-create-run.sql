-- Since 0004 runs are written by create_runs, be it one at a time. Processes that still call this are of before 0004, and stopped.
DROP FUNCTION create_run(text, text, text, text, json, integer, json);
