-- The random id of this internal database, by which targets remember it.
SELECT "installationId" FROM dbsync."Installation"
