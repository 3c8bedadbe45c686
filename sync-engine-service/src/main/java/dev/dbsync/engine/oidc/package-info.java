/**
 * People of the organisation's own accounts, by OpenID Connect. Off unless an issuer is configured.
 *
 * <pre>
 *   API        Authorization: Bearer &lt;JWT&gt; ─▶ OidcTokens ─┐
 *   dashboard  /dashboard/sign-in/oidc ─▶ OidcCodeFlow ────┴─▶ OidcUser: a name, and a role or none
 * </pre>
 *
 * <p>{@code quarkus-oidc} does the protocol: discovery, keys, the code flow, claims. It is asked by these two classes and by no
 * route in general, so its cookies and headers mean nothing anywhere else. Nothing of a token is kept, sent to a browser or logged.
 * While the provider is away nobody is let in by its word, and admin tokens open as ever.
 *
 * <p>{@code application.properties} hands the settings on to Quarkus; ADR 25 says why it is so.
 */
package dev.dbsync.engine.oidc;
