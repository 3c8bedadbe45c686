/**
 * What is checked before a service starts: every setting it needs is there and means something.
 *
 * <p>Each service's {@code main} hands its list of {@link dev.dbsync.common.startup.Settings} to
 * {@link dev.dbsync.common.startup.StartupCheck}. The first setting that is missing or does not parse ends the process with
 * one line on standard error and exit code 1, before anything is connected to. A secret's value is never repeated.
 * A variable that looks like ours and is none is reported, with what was probably meant, and does not stop the start.
 */
package dev.dbsync.common.startup;
