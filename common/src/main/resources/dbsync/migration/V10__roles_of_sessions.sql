-- What somebody who is signed in to the dashboard may do (docs/adr/0025). Expand only: an engine of the version before opens sessions
-- without a role, all of them with an admin token, so they are operators'.

-- That engine would also let a viewer do everything, since it does not read this column. It never sees one: only a provider's word
-- makes viewers, and a session by a provider's word has a proof that is not of an admin token, which is all that engine accepts.
ALTER TABLE "DashboardSession"
    ADD COLUMN "role" text NOT NULL DEFAULT 'operator'
        CONSTRAINT role_is_known CHECK ("role" IN ('viewer', 'operator'));
