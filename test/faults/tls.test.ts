import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { startPlugin } from "../support/plugin";

/** For localhost, signed by nobody, valid until 2126. Made with `openssl req -x509`; it protects nothing. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbG453/Qhuc9QXqoK
LqwtiudogBcYbjMu3Oi7Q3qXMhuhRANCAARFVuYo/UnCMuDtDWxpbaDFACy4lBQJ
PEp0zTGh0IttrU0x6JH88je9QAWYvC9fm0JpKLQIWDquUuBtcWimLyLp
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUQ5Hw3rMve6hZYp7y1QyHzNcygfUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDE3MTExNFoYDzIxMjYxMDMx
MTcxMTE0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARFVuYo/UnCMuDtDWxpbaDFACy4lBQJPEp0zTGh0IttrU0x6JH88je9
QAWYvC9fm0JpKLQIWDquUuBtcWimLyLpo28wbTAdBgNVHQ4EFgQULmbymlVVW2ZR
P9kHE4MRTLNj1lcwHwYDVR0jBBgwFoAULmbymlVVW2ZRP9kHE4MRTLNj1lcwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgG+E+O0ppt0glhZ+Mv4lZxemlurJpxnbc30cAjInTnlsCIQDB
1WvdcBkFFeziA9sBMbMdqxT7HJCRgi4YEnHZ9lI72A==
-----END CERTIFICATE-----`;

describe("an API whose certificate nobody has signed", function () {
  this.timeout(30_000);

  it("gets neither a request nor the key, also when Node.js is told to trust everybody", async () => {
    let requests = 0;
    const server = createServer({ key, cert }, (_incoming, outgoing) => {
      requests++;
      outgoing.end("{}");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const baseUrl = `https://localhost:${(server.address() as AddressInfo).port}/api`;
    const settings = { "famulor:apiKey": "a-key", "famulor:baseUrl": baseUrl };
    const plugin = await startPlugin(settings, { env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } });
    try {
      await assert.rejects(
        plugin.create({ campaignId: 1, phoneNumber: "+493023125000" }),
        /was not sent: Famulor could not be reached \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
      );
      assert.equal(requests, 0);
    } finally {
      await plugin.close();
      server.close();
    }
  });
});
