// Makes the calls that standard input names, one JSON object a line, with the official SDK, which
// waits by itself when it is told to. "go" ends such a wait, as a minute would.
const { SDK } = require("@ringcentral/sdk");
const readline = require("readline");

const say = (kind, value) => process.stdout.write(JSON.stringify([kind, value]) + "\n");
const held = [];
const usual = global.setTimeout;
// What a client waits for a minute is told to go on by the test instead.
global.setTimeout = (work, ms, ...more) =>
  ms === 60_000 ? held.push(work) : usual(work, ms, ...more);

async function call(platform, { method, path, query, body, headers }) {
  try {
    const answer = await platform.send({ method, url: path, query, body, headers });
    const text = await answer.text();
    const names = ["x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-window", "etag"];
    const told = Object.fromEntries(names.map((name) => [name, answer.headers.get(name)]));
    const isJson = (answer.headers.get("content-type") || "").includes("json");
    say("answer", { status: answer.status, headers: told, body: isJson ? JSON.parse(text) : text });
  } catch (error) {
    const status = error.response && error.response.status;
    say("refused", { status, message: error.message });
  }
}

async function main() {
  const c = JSON.parse(process.env.STOPLINE_CREDENTIALS);
  const sdk = new SDK({
    server: c.server_url,
    clientId: c.client_id,
    clientSecret: c.client_secret,
    handleRateLimit: true,
  });
  const platform = sdk.platform();
  platform.on(platform.events.rateLimitError, (error) => say("limited", error.retryAfter));
  await platform.login({ jwt: c.jwt });
  say("ready", true);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === "go") held.splice(0).forEach((work) => work());
    else call(platform, JSON.parse(line));
  }
}

main().catch((error) => {
  say("failed", String(error && error.stack));
  process.exit(1);
});
