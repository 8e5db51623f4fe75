import assert from "node:assert/strict";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { FamulorClient } from "../../src/famulor/client";
import {
  FamulorApiError,
  FamulorConnectionError,
  FamulorProtocolError,
  FamulorValidationError,
} from "../../src/famulor/errors";
import { Deadlines } from "../../src/famulor/http/deadline";
import { deliveryOf } from "../../src/famulor/http/delivery";
import { ourArgument } from "../../src/famulor/wire/error-body";
import { json, type ScriptedServer, startScriptedServer } from "../support/scripted-server";
import { VirtualClock } from "../support/virtual-clock";

/** Runs `work` with a client whose server answers as `answer` says. */
async function withServer(
  answer: Parameters<typeof startScriptedServer>[0],
  work: (client: FamulorClient, server: ScriptedServer, clock: VirtualClock) => Promise<unknown>,
): Promise<void> {
  const server = await startScriptedServer(answer);
  const clock = new VirtualClock();
  const deadlines = new Deadlines(clock);
  const client = new FamulorClient({ baseUrl: server.baseUrl, apiKey: "a-key", requestTimeoutMs: 5_000, deadlines });
  try {
    await deadlines.within(5_000, () => work(client, server, clock));
  } finally {
    await client.close();
    await server.close();
  }
}

const LEAD = { campaignId: 1, phoneNumber: "+493023125000" };

describe("a server that refuses for its rate limit", () => {
  for (const headers of [{}, { "retry-after": "0" }, { "retry-after": "-1" }, { "retry-after": "" }]) {
    it(`${JSON.stringify(headers)}: is asked again at most 10 times, each time later`, () =>
      withServer(
        (response) => json(response, 429, { message: "Too Many Attempts." }, headers),
        async (client, server, clock) => {
          const startedAt = clock.now();
          await assert.rejects(client.createLead(LEAD), {
            kind: "rate-limit",
            message:
              "POST /user/lead answered 429: Too Many Attempts. Famulor refused the request before acting. Try again in a minute.",
          });
          assert.ok(server.received.length >= 8 && server.received.length <= 10, String(server.received.length));
          assert.ok(clock.now() - startedAt > 20_000);
        },
      ));
  }

  it("is asked again when it says, by a date", () =>
    withServer(
      (response, _request, index) =>
        index === 0
          ? json(
              response,
              429,
              {},
              { "retry-after": "Wed, 21 Oct 2026 07:29:00 GMT", date: "Wed, 21 Oct 2026 07:28:20 GMT" },
            )
          : json(response, 200, { data: { id: 7 } }),
      async (client, _server, clock) => {
        const startedAt = clock.now();
        assert.equal((await client.createLead(LEAD)).leadId, 7);
        assert.equal(clock.now() - startedAt, 40_000);
      },
    ));

  it("is not asked again where the time does not hold the wait, which is in the message", () =>
    withServer(
      (response) => json(response, 429, { retry_after: 600 }),
      async (client, server) => {
        await assert.rejects(client.createLead(LEAD), /Try again in 600 s\./);
        assert.equal(server.received.length, 1);
      },
    ));
});

/** The error that a request ends with which is answered like this. */
async function errorAfter(
  status: number,
  body: unknown,
  request = (client: FamulorClient) => client.createLead(LEAD) as Promise<unknown>,
): Promise<Error> {
  let error: unknown;
  await withServer(
    (response) => json(response, status, body),
    async (client) => {
      error = await request(client).then(
        () => assert.fail("it succeeded"),
        (failure: unknown) => failure,
      );
    },
  );
  assert.ok(error instanceof Error);
  return error;
}

describe("what an error says of the answer", () => {
  const cases: [body: unknown, why: string][] = [
    [
      { message: "The given data was invalid.", errors: { phone_number: ["The number is taken."] } },
      "The given data was invalid (phoneNumber: The number is taken)",
    ],
    [
      {
        message: "Invalid.",
        errors: { phone_number: ["One.", "Two."], "secondary_contacts.0.phone_number": ["Three."] },
      },
      "Invalid (phoneNumber: One, Two; secondaryContacts[0].phoneNumber: Three)",
    ],
    [
      { message: "Invalid.", errors: { allow_dupplicate: "Must be true or false." } },
      "Invalid (allowDuplicate: Must be true or false)",
    ],
    [{ errors: { campaign_id: ["No such campaign."] } }, "campaignId: No such campaign"],
    [{ message: "Invalid.", errors: [] }, "Invalid"],
    [{ message: "Invalid.", errors: {} }, "Invalid"],
    [{ message: "Invalid.", errors: null }, "Invalid"],
    [{ message: "Invalid.", errors: 7 }, "Invalid"],
    [{ message: "Invalid.", errors: "The number is taken." }, "Invalid; The number is taken"],
    [{ message: "The number is taken.", errors: ["The number is taken."] }, "The number is taken"],
    [{ errors: "The number is taken." }, "The number is taken"],
    [{ errors: ["The number is taken.", 7, "So is the name."] }, "The number is taken; So is the name"],
    [{ errors: [{ message: "The number is taken." }] }, "The number is taken"],
    [
      { message: "Invalid.", errors: { phone_number: [7], status: { odd: true }, variables: ["Too many."] } },
      "Invalid (variables: Too many)",
    ],
    [{ error: "Unauthorized", message: null }, "Unauthorized"],
    [{ error: { message: "Unauthorized" }, message: ["odd"] }, "Unauthorized"],
    [{ error: true, message: "Unauthorized" }, "Unauthorized"],
    [
      { message: "+493023125000 is taken.", errors: { phone_number: ["+493023125000 is taken."] } },
      "+4930…00 is taken (phoneNumber: +4930…00 is taken)",
    ],
    [{ odd: 1 }, '{"odd":1}'],
    [["odd"], '["odd"]'],
  ];
  for (const [body, why] of cases) {
    it(JSON.stringify(body), async () => {
      assert.equal((await errorAfter(422, body)).message, `POST /user/lead answered 422: ${why}.`);
    });
  }

  it("also the wait, beside members that cannot be read", async () => {
    assert.match(
      (await errorAfter(429, { message: "Wait.", errors: [], retry_after: "600" })).message,
      /429: Wait\. .* in 600 s\.$/,
    );
  });

  it("field errors by argument, for programs", async () => {
    const error = await errorAfter(422, {
      message: "Invalid.",
      errors: { phone_number: ["Taken."], constructor: ["Odd."] },
    });
    assert.ok(error instanceof FamulorValidationError);
    assert.deepEqual(error.fieldErrors, { phoneNumber: ["Taken."], constructor: ["Odd."] });
    assert.equal(error.serviceMessage, "Invalid");
  });

  it("at most 1.5 kB, and no half phone number at the cut", async () => {
    const phoneNumbers = "+493023125000 ".repeat(500);
    const { message } = await errorAfter(422, { message: phoneNumbers, errors: { phone_number: [phoneNumbers] } });
    assert.ok(message.length < 1_600, String(message.length));
    assert.ok(!/\d{5}/.test(message), message.slice(-100));
  });

  for (const [wire, ours] of [
    ["phone_number", "phoneNumber"],
    ["secondary_contacts", "secondaryContacts"],
    ["secondary_contacts.10.phone_number", "secondaryContacts[10].phoneNumber"],
    ["secondary_contacts.0.variables.phone_number", "secondaryContacts[0].variables.phone_number"],
    ["variables.campaign_id", "variables.campaign_id"],
    ["retry_interval", "retryIntervalMinutes"],
    ["phone_number_ids.0", "phoneNumberIds[0]"],
    ["unheard_of", "unheard_of"],
    ["toString", "toString"],
  ] as const) {
    it(`${wire} is ${ours}`, () => assert.equal(ourArgument(wire), ours));
  }
});

describe("a success status whose body says success: false", () => {
  const requests: [string, (client: FamulorClient) => Promise<unknown>][] = [
    ["PUT /leads/7", (client) => client.updateLead(7, { status: "completed" })],
    ["DELETE /user/leads/7", (client) => client.deleteLead(7)],
    ["POST /user/lead", (client) => client.createLead(LEAD)],
  ];
  for (const [what, request] of requests) {
    it(`${what} was refused`, async () => {
      const error = await errorAfter(200, { success: false, message: "The lead is locked." }, request);
      assert.ok(error instanceof FamulorApiError);
      assert.equal(error.message, `${what} answered 200 with success: false: The lead is locked.`);
      assert.equal(error.kind, "refused");
      assert.equal(deliveryOf(error), "refused");
    });
  }

  it("but not where it says true, or nothing", () =>
    withServer(
      (response, { method }) => json(response, 200, method === "PUT" ? { success: true } : { message: "done" }),
      async (client) => {
        await client.updateLead(7, { status: "completed" });
        await client.deleteLead(7);
      },
    ));
});

describe("how an answer is read", () => {
  const answered = (body: string | Buffer, headers: Record<string, string>, status = 200) => {
    let result: unknown;
    return withServer(
      (response) => response.writeHead(status, headers).end(body),
      async (client) => {
        result = await client.createLead(LEAD).then(
          ({ leadId }) => leadId,
          (error: unknown) => error,
        );
      },
    ).then(() => result);
  };
  const BODY = JSON.stringify({ data: { id: 7 } });
  const html = { "content-type": "text/html; charset=UTF-8" };
  const JSON_TYPE = { "content-type": "application/json" };

  it("as JSON, whatever the header says", async () => {
    assert.equal(await answered(BODY, html), 7);
    assert.equal(await answered(` \n${BODY}`, {}), 7);
    assert.equal(await answered(`\uFEFF${BODY}`, JSON_TYPE), 7);
    assert.match(String(await answered('{"message":"Taken."}', html, 422)), /answered 422: Taken\.$/);
  });

  it("as an error, where it is a page for people", async () => {
    for (const headers of [html, JSON_TYPE, {}]) {
      const error = await answered("<!doctype html><title>Log in</title>", headers);
      assert.ok(error instanceof FamulorProtocolError);
      assert.equal(error.message, "POST /user/lead answered 200 with something that is not JSON.");
      assert.equal(deliveryOf(error), "unknown");
    }
  });

  it("uncompressed, which it asks for", () =>
    withServer(
      (response) => json(response, 200, { data: { id: 7 } }),
      async (client, server) => {
        await client.createLead(LEAD);
        assert.equal(server.received[0]?.headers["accept-encoding"], "identity");
      },
    ));

  for (const [encoding, body] of [
    ["identity", Buffer.from(BODY)],
    ["gzip", gzipSync(BODY)],
    ["X-Gzip", gzipSync(BODY)],
    ["deflate", deflateSync(BODY)],
    ["deflate", deflateRawSync(BODY)],
    ["br", brotliCompressSync(BODY)],
    ["gzip, br", brotliCompressSync(gzipSync(BODY))],
  ] as const) {
    it(`compressed all the same: ${encoding}`, async () => {
      assert.equal(await answered(body, { ...JSON_TYPE, "content-encoding": encoding }), 7);
    });
  }

  it("with its status, where it cannot be decompressed", async () => {
    for (const [encoding, body] of [
      ["gzip", Buffer.from(BODY)],
      ["zstd", Buffer.from(BODY)],
      ["constructor", Buffer.from(BODY)],
      ["br", brotliCompressSync(BODY).subarray(0, 5)],
    ] as const) {
      const headers = { ...JSON_TYPE, "content-encoding": encoding };
      assert.ok((await answered(body, headers)) instanceof FamulorProtocolError);
      const error = await answered(body, headers, 422);
      assert.match(String(error), new RegExp(`answered 422: \\(an answer in ${encoding} that cannot be decoded\\)\\.`));
    }
  });

  it("up to 10 MB, also where a small answer becomes large", async () => {
    const large = Buffer.alloc(10 * 1024 * 1024 + 1, " ");
    for (const [encoding, body] of [
      ["gzip", gzipSync(large)],
      ["deflate", deflateSync(large)],
      ["br", brotliCompressSync(large)],
    ] as const) {
      const error = await answered(body, { ...JSON_TYPE, "content-encoding": encoding });
      assert.ok(error instanceof FamulorConnectionError, String(error));
      assert.equal(error.message, "POST /user/lead has an unknown outcome: the answer is larger than 10 MB.");
    }
  });
});
