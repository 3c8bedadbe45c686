-- What kind of server this is: its version as a number (150004 is 15.4) and whether it can be written to.
SELECT current_setting('server_version_num')::integer AS version,
       current_setting('server_version')              AS version_text,
       pg_is_in_recovery()                            AS is_replica
