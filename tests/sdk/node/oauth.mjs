// A client of OAuth that knows nothing of Stopline: discovery, a code with PKCE through the page,
// refresh, revocation, the app's own session, and an assertion signed by its own key.
import * as oauth from "openid-client";
import readline from "node:readline";

const say = (kind, value) => process.stdout.write(JSON.stringify([kind, value]) + "\n");
const c = JSON.parse(process.env.STOPLINE_CREDENTIALS);
const REDIRECT = "http://127.0.0.1:9/back";
const ACCOUNT = new URL("/restapi/v1.0/account/~", c.server_url);

const discover = (id, proof) =>
  oauth.discovery(new URL(c.server_url), id, undefined, proof, {
    algorithm: "oauth2",
    execute: [oauth.allowInsecureRequests],
  });

async function signIn(address) {
  const page = await fetch(address, { redirect: "manual" });
  const cookie = page.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  const [, request] = /name="request" value="([^"]+)"/.exec(await page.text());
  const { username, extension, password } = c;
  const body = new URLSearchParams({ request, decision: "allow", username, extension, password });
  const headers = { cookie };
  const url = new URL("/restapi/oauth/sign-in", c.server_url);
  const answer = await fetch(url, { method: "POST", body, headers, redirect: "manual" });
  return new URL(answer.headers.get("location"));
}

const refused = (work) => work.then(() => "taken", (error) => error.error || error.status);
const status = async (config, token) =>
  (await oauth.fetchProtectedResource(config, token, ACCOUNT, "GET")).status;

async function withCode(config) {
  const pkceCodeVerifier = oauth.randomPKCECodeVerifier();
  const expectedState = oauth.randomState();
  const address = oauth.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    state: expectedState,
    code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const back = await signIn(address);
  const wrong = { pkceCodeVerifier: oauth.randomPKCECodeVerifier(), expectedState };
  if ((await refused(oauth.authorizationCodeGrant(config, back, wrong))) === "taken")
    throw new Error("a wrong verifier was taken");
  const again = await signIn(address);
  return oauth.authorizationCodeGrant(config, again, { pkceCodeVerifier, expectedState });
}

async function rotate(config, tokens) {
  const fresh = await oauth.refreshTokenGrant(config, tokens.refresh_token);
  const inWindow = await oauth.refreshTokenGrant(config, tokens.refresh_token);
  say("window", inWindow.access_token === fresh.access_token);
  say("used", await status(config, fresh.access_token));
  return fresh;
}

async function main() {
  const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const app = JSON.parse((await lines.next()).value);
  const config = await discover(app.client_id, oauth.ClientSecretBasic(app.client_secret));
  const tokens = await withCode(config);
  say("code", await status(config, tokens.access_token));
  const fresh = await rotate(config, tokens);
  say("replaced", await refused(status(config, tokens.access_token)));
  await oauth.tokenRevocation(config, fresh.access_token);
  say("revoked", await refused(oauth.refreshTokenGrant(config, fresh.refresh_token)));
  const own = await oauth.clientCredentialsGrant(config);
  say("client", await status(config, own.access_token));
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  say("key", { ...(await crypto.subtle.exportKey("jwk", keys.publicKey)), kid: "one", alg: "ES256" });
  await lines.next();
  const byKey = oauth.PrivateKeyJwt({ key: keys.privateKey, kid: "one" });
  const signing = await discover(app.client_id, byKey);
  const proven = await oauth.clientCredentialsGrant(signing);
  say("key proved", await status(signing, proven.access_token));
  const other = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const foreign = await discover(app.client_id, oauth.PrivateKeyJwt({ key: other.privateKey, kid: "one" }));
  say("foreign key", await refused(oauth.clientCredentialsGrant(foreign)));
  process.exit(0);
}

main().catch((error) => {
  say("failed", String(error && error.stack) + JSON.stringify(error.cause ?? null));
  process.exit(1);
});
