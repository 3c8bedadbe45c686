#!/bin/sh
# Starts the service in the present directory without a database, ends it once it listens, and leaves app.aot, the cache of what it had
# loaded and linked. Used by Dockerfile.jvm. The secrets are made up here and are in no layer.
set -eu
secret() { head -c 33 /dev/urandom | base64 -w 0; }

DBSYNC_CRON_SECRET=$(secret) DBSYNC_ADMIN_TOKEN=$(secret) DBSYNC_SIGNING_CURRENT_KEY=$(secret) DBSYNC_SIGNING_NEXT_KEY=$(secret) \
    DBSYNC_ENCRYPTION_KEYS="rehearsal:$(head -c 32 /dev/urandom | base64 -w 0)" \
    DBSYNC_INTERNAL_DB_URL=postgresql://127.0.0.1:9/none QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT=${REHEARSAL_PORT:-8100} \
    java -XX:AOTCacheOutput=app.aot -jar quarkus-run.jar > rehearsal.log 2>&1 &
service=$!
waited=0
until grep -q 'Listening on' rehearsal.log; do
    if [ "$waited" -ge 120 ] || ! kill -0 "$service"; then
        cat rehearsal.log >&2
        exit 1
    fi
    sleep 1
    waited=$((waited + 1))
done
sleep 3
kill "$service"
# The JVM writes the cache while it ends; that it was ended by a signal is no failure.
wait "$service" || true
rm rehearsal.log
test -s app.aot
