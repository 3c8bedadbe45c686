/** Bearer tokens: of the cron-driven routes and of the admin API. */
package dev.dbsync.common.auth;
