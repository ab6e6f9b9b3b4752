// Subscribes with the official SDK, then says on each line of standard input what it is told:
// "cut" breaks the connection without a word. Every notification is a line of standard output.
const { SDK } = require("@ringcentral/sdk");
const { Subscriptions } = require("@ringcentral/subscriptions");
const readline = require("readline");

const say = (kind, value) => process.stdout.write(JSON.stringify([kind, value]) + "\n");

async function main() {
  const c = JSON.parse(process.env.STOPLINE_CREDENTIALS);
  const sdk = new SDK({ server: c.server_url, clientId: c.client_id, clientSecret: c.client_secret });
  await sdk.platform().login({ jwt: c.jwt });
  const subscriptions = new Subscriptions({ sdk });
  let extension;
  const make = subscriptions.newWsExtension.bind(subscriptions);
  subscriptions.newWsExtension = async () => (extension = await make());
  const subscription = subscriptions.createSubscription();
  subscription.setEventFilters([`/restapi/v1.0/account/~/a2p-sms/opt-outs?from=${c.senders[0]}`]);
  subscription.on(subscription.events.notification, (event) => say("event", event));
  const made = await subscription.register();
  // While nobody listens at the address; the SDK tries again by itself.
  extension.eventEmitter.on("newWebSocketObject", (socket) => socket.on("error", () => {}));
  extension.eventEmitter.on("autoRecoverSuccess", () => say("recovered", true));
  extension.eventEmitter.on("autoRecoverFailed", () => say("recovered", false));
  say("subscribed", made.subscriptionInfo);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === "cut") extension.ws.terminate();
    if (line === "revoke") {
      await made.revoke();
      say("revoked", true);
      process.exit(0);
    }
  }
}

main().catch((error) => {
  say("failed", String(error && error.stack));
  process.exit(1);
});
