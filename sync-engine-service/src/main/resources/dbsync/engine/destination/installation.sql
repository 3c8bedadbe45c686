-- Who we are.
SELECT "installationId" FROM dbsync."Installation";
