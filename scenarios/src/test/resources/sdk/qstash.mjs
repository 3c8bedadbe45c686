// Run by QStashSdkTest with the official SDK installed beside it. Commands come as lines of JSON, answers go out the same way.
import { createInterface } from "node:readline";
import { createHash } from "node:crypto";
import { Client, Receiver } from "@upstash/qstash";
import { SignJWT } from "jose";

const commands = {
  /** Whether the SDK's receiver takes this token. */
  async verify({ current, next, signature, body, url }) {
    const receiver = new Receiver({ currentSigningKey: current, nextSigningKey: next });
    try {
      return { ok: await receiver.verify({ signature, body, url }) };
    } catch (error) {
      return { ok: false, error: error.message };
    }
  },

  /** A token as the receiver's own library makes it. */
  async sign({ key, url, body, padded }) {
    const hash = createHash("sha256").update(body).digest("base64url");
    const token = new SignJWT({ body: padded ? hash + "=" : hash })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuer("Upstash")
      .setSubject(url)
      .setIssuedAt()
      .setNotBefore("0s")
      .setExpirationTime("5m")
      .setJti("jwt_" + Math.random());
    return { token: await token.sign(new TextEncoder().encode(key)) };
  },

  /** Publishes as the SDK does. */
  async batch({ url, token, messages }) {
    const client = new Client({ baseUrl: url, token, enableTelemetry: false });
    return { answer: await client.batchJSON(messages) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...options } = JSON.parse(line);
  console.log(JSON.stringify(await commands[command](options)));
}
