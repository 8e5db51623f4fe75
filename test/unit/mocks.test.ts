import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import {
  FamulorCampaign,
  FamulorCampaignRun,
  FamulorLead,
  FamulorLeadSet,
  FamulorProvider,
  getAccount,
  getCampaign,
  getCampaignOutput,
  getOutboundAssistant,
  getOutboundAssistantOutput,
  getPhoneNumber,
} from "../../src";
import { CAMPAIGN_OUTPUTS } from "../../src/state/campaign";
import { CAMPAIGN_RUN_OUTPUTS } from "../../src/state/campaign-run";
import { LEAD_OUTPUTS } from "../../src/state/lead";
import { LEAD_SET_OUTPUTS } from "../../src/state/lead-set";

const ANNA = "+493023125000";
const BERT = "+493023125001";

type Registered = { inputs: Record<string, unknown>; additionalSecretOutputs: string[] };
interface Run {
  /** By name, as the engine gets them: a secret has a marker at its place. */
  registered: Record<string, Registered>;
  /** What would end the program, each once. */
  errors: Error[];
  calls: pulumi.runtime.MockCallArgs[];
}

/** What the mocks put in the engine's place. */
interface MonitorOfMocks {
  registerResource(
    request: {
      getName(): string;
      getObject(): { toJavaScript(): Record<string, unknown> };
      getAdditionalsecretoutputsList(): string[];
    },
    callback: unknown,
  ): unknown;
}

/** What Famulor would answer. */
const answer = ({ type, inputs }: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult =>
  type.endsWith(":Campaign")
    ? { id: "7", state: { ...inputs, campaignId: 7, status: "draft" } }
    : { id: "5", state: { status: "created", ...inputs, leadId: 5, createdAt: "2027-01-02 03:04:05" } };

interface RunOptions {
  newResource?: (args: pulumi.runtime.MockResourceArgs) => pulumi.runtime.MockResourceResult;
  call?: (args: pulumi.runtime.MockCallArgs) => pulumi.runtime.MockCallResult;
  /** Keep the mocks of the last run, as a file of tests does that sets them once. */
  sameMocks?: boolean;
  preview?: boolean;
}

/** Runs a program under mocks until nothing moves any more. */
async function run(
  program: () => unknown,
  { newResource = answer, call = () => ({}), sameMocks = false, preview = false }: RunOptions = {},
): Promise<Run> {
  const outcome: Run = { registered: {}, errors: [], calls: [] };
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (error) => {
    if (!outcome.errors.includes(error as Error)) outcome.errors.push(error as Error);
  });
  try {
    if (!sameMocks) {
      const recorded = (args: pulumi.runtime.MockCallArgs) => {
        outcome.calls.push(args);
        return call(args);
      };
      await pulumi.runtime.setMocks({ newResource, call: recorded }, "project", "stack", preview);
    }
    const monitor = pulumi.runtime.getMonitor() as unknown as MonitorOfMocks;
    const { registerResource } = Object.getPrototypeOf(monitor) as MonitorOfMocks;
    monitor.registerResource = (request, callback) => {
      outcome.registered[request.getName()] = {
        inputs: request.getObject().toJavaScript(),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      };
      return registerResource.call(monitor, request, callback);
    };
    try {
      await program();
    } catch (error) {
      outcome.errors.push(error as Error);
    }
    for (let turns = 0; turns < 10; turns++) await turn();
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  }
  return outcome;
}

const messages = ({ errors }: Run) => errors.map(({ message }) => message);

/** What the SDK puts before an error that comes from an output or a promise. */
const withoutPrefix = (message: string) => message.replace(/^error serializing property "[^"]+": /, "");

function known<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** JavaScript programs are not checked by a compiler. */
const untyped = (value: unknown) => value as never;

describe("a program under mocks", () => {
  it("has every output of every resource", async () => {
    const resources: [object, string[]][] = [];
    const { errors } = await run(() => {
      const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: 1 });
      const anna = new FamulorLead("anna", { campaignId: spring, phoneNumber: ANNA });
      const guests = new FamulorLeadSet("guests", { campaignId: spring, leads: {} });
      const go = new FamulorCampaignRun("go", { campaignId: spring }, { dependsOn: [anna] });
      resources.push(
        [spring, CAMPAIGN_OUTPUTS],
        [anna, LEAD_OUTPUTS],
        [guests, LEAD_SET_OUTPUTS],
        [go, CAMPAIGN_RUN_OUTPUTS],
      );
    });
    assert.deepEqual(errors, []);
    for (const [resource, outputs] of resources) {
      for (const name of outputs) {
        assert.ok(pulumi.Output.isInstance((resource as Record<string, unknown>)[name]), `${name} is an output`);
      }
    }
  });

  it("reads the outputs of a lead, the usual values of the state restored", async () => {
    const { errors } = await run(async () => {
      const anna = new FamulorLead("anna", { campaignId: 1, phoneNumber: ANNA });
      assert.equal(await known(anna.leadId), 5);
      assert.equal(await known(anna.phoneNumber), ANNA);
      assert.deepEqual(await known(anna.secondaryContactIds), []);
      assert.equal(await known(anna.updatedAt), "2027-01-02 03:04:05");
    });
    assert.deepEqual(errors, []);
  });

  it("reads the outputs of a set by the keys of its rows, from a mock that answers only what is unusual", async () => {
    const leads = { a: { phoneNumber: ANNA, variables: { name: "Anna" } }, b: { phoneNumber: BERT } };
    const newResource = ({ inputs }: pulumi.runtime.MockResourceArgs) => {
      assert.deepEqual(inputs.leads, leads, "the mock sees ordinary maps");
      return { id: "set", state: { ...inputs, leadIds: { a: 5, b: 6 }, statuses: { b: "completed" } } };
    };
    const { errors } = await run(
      async () => {
        const guests = new FamulorLeadSet("guests", { campaignId: 1, leads });
        assert.deepEqual(await known(guests.leads), leads);
        assert.deepEqual(await known(guests.leadIds), { a: 5, b: 6 });
        assert.deepEqual(await known(guests.statuses), { a: "created", b: "completed" });
        assert.equal(await known(guests.unfinishedRows), 0);
      },
      { newResource },
    );
    assert.deepEqual(errors, []);
  });

  it("reads the outputs of a set from a mock that answers nothing", async () => {
    const { errors } = await run(
      async () => {
        const guests = new FamulorLeadSet("guests", { campaignId: 1, leads: {} });
        assert.deepEqual([await known(guests.leadIds), await known(guests.statuses)], [{}, {}]);
      },
      { newResource: () => ({ id: "set", state: {} }) },
    );
    assert.deepEqual(errors, []);
  });

  it("fails when rows of a set have failed in this run, and only warns when they failed before it", async () => {
    for (const [failedAt, fails] of [
      [Date.now() + 1000, true],
      [1, false],
    ] as const) {
      const outcome = await run(() => new FamulorLeadSet("guests", { campaignId: 1, leads: {} }), {
        newResource: ({ inputs }) => ({
          id: "set",
          state: { ...inputs, unfinishedRows: 2, problems: ['Failed: "a", "b".'], failedAt },
        }),
      });
      const expected =
        'FamulorLeadSet "guests": 2 of its leads are not as declared; the others are done and stored. ' +
        'Run `pulumi up` again for the rest.\nFailed: "a", "b".';
      assert.deepEqual(messages(outcome), fails ? [expected] : []);
      if (fails) assert.ok(pulumi.RunError.isInstance(outcome.errors[0]), "printed without a stack trace");
    }
  });

  it("may set an API key in its configuration, where there is no stack file", async () => {
    pulumi.runtime.setAllConfig({ "famulor:apiKey": "test" });
    try {
      const { errors } = await run(() => new FamulorLead("anna", { campaignId: 1, phoneNumber: ANNA }));
      assert.deepEqual(errors, []);
    } finally {
      pulumi.runtime.setAllConfig({});
    }
  });
});

describe("a setting that does not exist", () => {
  const config = {
    "famulor:allowedPhoneNumber": "fictional",
    "famulor:baseUrl": "http://127.0.0.1:1/api",
    "project:colour": "red",
  };
  const problem =
    "famulor:allowedPhoneNumber is not a setting of pulumi-famulor. Did you mean famulor:allowedPhoneNumbers? Remove it " +
    "(pulumi config rm famulor:allowedPhoneNumber) and set the right one.";
  const declarations: Record<string, () => unknown> = {
    "a lead": () => new FamulorLead("x", { campaignId: 1, phoneNumber: ANNA }),
    "a set": () => new FamulorLeadSet("x", { campaignId: 1, leads: {} }),
    "a campaign": () => new FamulorCampaign("x", { name: "Spring", assistantId: 1 }),
    "a run": () => new FamulorCampaignRun("x", { campaignId: 1 }),
    "a provider": () => new FamulorProvider("x", { apiKey: "key" }),
    "a look-up": () => getAccount(),
  };
  afterEach(() => pulumi.runtime.setAllConfig({}));

  for (const [name, declare] of Object.entries(declarations)) {
    it(`is refused by ${name}, and named with the nearest one; nothing is registered`, async () => {
      pulumi.runtime.setAllConfig(config);
      const outcome = await run(declare);
      assert.deepEqual(messages(outcome), [problem]);
      assert.ok(pulumi.RunError.isInstance(outcome.errors[0]), "printed without a stack trace");
      assert.deepEqual(outcome.registered, {});
    });
  }

  it("never prints its value, and shows what nobody sees in its name", async () => {
    pulumi.runtime.setAllConfig({ "famulor:apiKey\u200b": "a-key-that-must-not-leak" });
    const outcome = await run(() => new FamulorLead("x", { campaignId: 1, phoneNumber: ANNA }));
    assert.match(
      messages(outcome).join(),
      /^famulor:apiKey\\u\{200B\} is not a setting .* Did you mean famulor:apiKey\?/,
    );
    assert.doesNotMatch(messages(outcome).join(), /leak/);
  });
});

describe("the inputs that are registered", () => {
  it("are what the program passes, a secret where the program has it", async () => {
    const { registered, errors } = await run(() => {
      new FamulorLeadSet("guests", {
        campaignId: 1,
        leads: {
          a: { phoneNumber: ANNA, variables: { pin: pulumi.secret("1234"), name: "Anna" } },
          b: Promise.resolve({ phoneNumber: pulumi.output(BERT) }),
        },
      });
    });
    assert.deepEqual(errors, []);
    assert.deepEqual(registered.guests?.inputs, {
      campaignId: 1,
      leads: {
        a: { phoneNumber: ANNA, variables: { pin: secret("1234"), name: "Anna" } },
        b: { phoneNumber: BERT },
      },
      __provider: 'exports.handler = () => require("pulumi-famulor/provider").leadSet',
    });
    assert.deepEqual(registered.guests?.additionalSecretOutputs, []);
  });

  it("keep a secret in one row of an output to its place", async () => {
    const { registered } = await run(() => {
      const rows = pulumi.output("1234").apply((pin) => ({
        a: { phoneNumber: ANNA, variables: { pin: pulumi.secret(pin) } },
        b: { phoneNumber: BERT },
      }));
      new FamulorLeadSet("guests", { campaignId: 1, leads: untyped(rows) });
    });
    assert.deepEqual(registered.guests?.inputs.leads, {
      a: { phoneNumber: ANNA, variables: { pin: secret("1234") } },
      b: { phoneNumber: BERT },
    });
  });

  it("are unknown in preview only where the program does not know them", async () => {
    const { registered } = await run(
      () => {
        const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: 1 });
        new FamulorLeadSet("guests", {
          campaignId: 1,
          leads: { a: { phoneNumber: ANNA }, b: { phoneNumber: BERT, variables: { code: spring.createdAt } } },
        });
      },
      { preview: true },
    );
    assert.deepEqual(registered.guests?.inputs.leads, {
      a: { phoneNumber: ANNA },
      b: { phoneNumber: BERT, variables: { code: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } },
    });
  });

  it("leave out a variable without a value", async () => {
    const isKnown = Math.random() > 1;
    const { registered } = await run(() => {
      const variables = { name: "Anna", title: isKnown ? "Dr." : undefined };
      new FamulorLead("anna", {
        campaignId: 1,
        phoneNumber: ANNA,
        variables,
        secondaryContacts: [{ phoneNumber: BERT, variables: { title: isKnown ? "Dr." : undefined } }],
      });
      new FamulorLeadSet("guests", { campaignId: 2, leads: { a: { phoneNumber: ANNA, variables } } });
    });
    assert.deepEqual(registered.anna?.inputs.variables, { name: "Anna" });
    assert.deepEqual(registered.anna?.inputs.secondaryContacts, [{ phoneNumber: BERT, variables: {} }]);
    assert.deepEqual(registered.guests?.inputs.leads, { a: { phoneNumber: ANNA, variables: { name: "Anna" } } });
  });

  it("can be changed row by row by a transformation", async () => {
    const { registered, errors } = await run(() => {
      new FamulorLeadSet(
        "guests",
        { campaignId: 1, leads: { anna: { phoneNumber: "+4917612345678", variables: { title: undefined } } } },
        {
          transformations: [
            ({ props, opts }) => {
              assert.deepEqual(props.leads, { anna: { phoneNumber: "+4917612345678", variables: {} } });
              props.leads.anna.phoneNumber = ANNA;
              return { props, opts };
            },
          ],
        },
      );
    });
    assert.deepEqual(errors, []);
    assert.deepEqual(registered.guests?.inputs.leads, { anna: { phoneNumber: ANNA, variables: {} } });
  });

  it("do not follow a later change of the program's own objects", async () => {
    const { registered } = await run(() => {
      const leads: Record<string, { phoneNumber: string }> = { anna: { phoneNumber: ANNA } };
      new FamulorLeadSet("guests", { campaignId: 1, leads });
      leads.bert = { phoneNumber: BERT };
    });
    assert.deepEqual(registered.guests?.inputs.leads, { anna: { phoneNumber: ANNA } });
  });

  it("may have names that JavaScript's objects have", async () => {
    const variables = { toString: "a", constructor: "b", valueOf: "c", pin: pulumi.secret("1234") };
    const { registered, errors } = await run(() => {
      new FamulorLead("anna", { campaignId: 1, phoneNumber: ANNA, variables: untyped(variables) });
      new FamulorLeadSet("guests", { campaignId: 1, leads: untyped({ toString: { phoneNumber: BERT } }) });
    });
    assert.deepEqual(errors, []);
    assert.deepEqual(registered.anna?.inputs.variables, { ...variables, pin: secret("1234") });
    assert.deepEqual(registered.guests?.inputs.leads, { toString: { phoneNumber: BERT } });
  });

  it("make secrets of the keys, too, when the rows are a secret as a whole", async () => {
    const { registered } = await run(() => {
      const leads = pulumi.secret({ [ANNA]: { phoneNumber: ANNA } });
      new FamulorLeadSet("guests", { campaignId: 1, leads }, { additionalSecretOutputs: ["accountId"] });
      new FamulorLeadSet("open", { campaignId: 2, leads: pulumi.output({ a: { phoneNumber: ANNA } }) });
    });
    const { guests, open } = registered;
    assert.deepEqual(guests?.inputs.leads, secret({ [ANNA]: { phoneNumber: ANNA } }));
    assert.deepEqual(guests?.additionalSecretOutputs, ["accountId", "leadIds", "statuses", "rowStates", "problems"]);
    assert.deepEqual(open?.additionalSecretOutputs, []);
  });
});

describe("an argument that is no plain value", () => {
  class Row {
    phoneNumber = ANNA;
  }
  const cycle: Record<string, unknown> = { phoneNumber: ANNA };
  cycle.variables = cycle;
  const set = (leads: unknown) => new FamulorLeadSet("x", { campaignId: 1, leads: untyped(leads) });
  const lead = (args: object) => new FamulorLead("x", untyped({ campaignId: 1, phoneNumber: ANNA, ...args }));
  const aMap = "must be a plain object, not a Map. Use Object.fromEntries(map).";

  const cases: Record<string, [program: () => unknown, problem: string]> = {
    "a Map of rows": [() => set(new Map([["anna", { phoneNumber: ANNA }]])), `leads: ${aMap}`],
    "an empty Map": [() => set(new Map()), `leads: ${aMap}`],
    "a Map in a promise": [() => set(Promise.resolve(new Map())), `leads: ${aMap}`],
    "a Map in an output": [() => set(pulumi.output(1).apply(() => new Map())), `leads: ${aMap}`],
    "a Map as a row": [() => set({ anna: new Map() }), `leads["anna"]: ${aMap}`],
    "a Map as a row, in an output": [
      () => set({ anna: pulumi.output(1).apply(() => new Map()) }),
      `leads["anna"]: ${aMap}`,
    ],
    "a Map of a row's variables": [
      () => set({ anna: { phoneNumber: ANNA, variables: new Map() } }),
      `leads["anna"].variables: ${aMap}`,
    ],
    "a set of rows": [() => set(new Set([1])), "leads: must be a list, not a Set. Use [...set]."],
    "an instance of a class": [
      () => set({ anna: new Row() }),
      'leads["anna"]: must be a plain object, not an instance of Row. Use { ...object }.',
    ],
    "a date": [
      () => set({ anna: { phoneNumber: ANNA, variables: { since: new Date() } } }),
      'leads["anna"].variables.since: must be a string, not a Date. Use date.toISOString().',
    ],
    "a buffer": [
      () => lead({ variables: { photo: Buffer.from("x") } }),
      "variables.photo: must be a plain object, not an instance of Buffer. Use { ...object }.",
    ],
    "a bigint": [
      () => set({ anna: { phoneNumber: ANNA, variables: { visits: 3n } } }),
      'leads["anna"].variables.visits: must not be a bigint. Use Number(…) or a string.',
    ],
    "a function": [
      () => set({ anna: () => ({ phoneNumber: ANNA }) }),
      'leads["anna"]: must not be a function. Use the value that it returns.',
    ],
    "a symbol": [() => lead({ variables: { a: Symbol("x") } }), "variables.a: must not be a symbol. Use a string."],
    "not a number": [
      () => lead({ variables: { "visits so far": Number.NaN } }),
      'variables["visits so far"]: must not be NaN.',
    ],
    infinity: [
      () => lead({ secondaryContacts: [{ phoneNumber: BERT, variables: { a: Number.POSITIVE_INFINITY } }] }),
      "secondaryContacts[0].variables.a: must not be Infinity.",
    ],
    "a cycle": [() => set({ anna: cycle }), 'leads["anna"].variables: must not contain itself.'],
    "a cycle through an output": [
      () => {
        const row: Record<string, unknown> = { phoneNumber: ANNA };
        row.variables = pulumi.output(1).apply(() => row);
        set({ anna: row });
      },
      'leads["anna"].variables: must not contain itself.',
    ],
    "the key __proto__": [
      () => set(JSON.parse(`{ "__proto__": { "phoneNumber": "${ANNA}" } }`)),
      'leads["__proto__"]: cannot be a key. Choose another one.',
    ],
    "a resource": [
      () => lead({ variables: { campaign: new FamulorCampaign("spring", { name: "Spring", assistantId: 1 }) } }),
      "variables.campaign: must not be a resource. Use one of its outputs.",
    ],
  };
  for (const [name, [program, problem]] of Object.entries(cases)) {
    it(`is refused, named by its path, and nothing is registered: ${name}`, async () => {
      const outcome = await run(program);
      assert.equal(outcome.errors.length, 1);
      const [message] = messages(outcome).map(withoutPrefix);
      assert.ok(message === `FamulorLead "x": ${problem}` || message === `FamulorLeadSet "x": ${problem}`, message);
      assert.ok(pulumi.RunError.isInstance(outcome.errors[0]), "printed without a stack trace");
      assert.equal(outcome.registered.x, undefined);
    });
  }

  it("is refused together with all others, numbers masked", async () => {
    const outcome = await run(() => set({ [ANNA]: new Map(), b: { phoneNumber: 1n } }));
    assert.deepEqual(messages(outcome), [
      `FamulorLeadSet "x": leads["+4930…00"]: ${aMap}\n` +
        'FamulorLeadSet "x": leads["b"].phoneNumber: must not be a bigint. Use Number(…) or a string.',
    ]);
  });

  it("is not an object without a prototype, nor an object of another realm", async () => {
    const { runInNewContext } = await import("node:vm");
    const bare = Object.assign(Object.create(null), { phoneNumber: ANNA });
    const foreign = runInNewContext(`({ phoneNumber: "${BERT}" })`);
    const { registered, errors } = await run(() => set(Object.assign(Object.create(null), { bare, foreign })));
    assert.deepEqual(errors, []);
    assert.deepEqual(registered.x?.inputs.leads, { bare: { phoneNumber: ANNA }, foreign: { phoneNumber: BERT } });
  });
});

describe("a person who is declared twice", () => {
  const lead = (name: string, campaignId: number | FamulorCampaign, phoneNumber: pulumi.Input<string> = ANNA) =>
    new FamulorLead(name, { campaignId, phoneNumber });
  const refused = (second: string, first: string) =>
    `${second} declares the same number in the same campaign as ${first}: the person would be called twice. ` +
    "Remove one of the two. To call the person twice, set allowDuplicate: true.";

  it("is an error that names both", async () => {
    const outcome = await run(() => {
      lead("one", 1);
      lead("two", 1, pulumi.secret(ANNA));
      lead("other-campaign", 2);
      new FamulorLead("allowed", { campaignId: 1, phoneNumber: ANNA, allowDuplicate: true });
    });
    assert.deepEqual(messages(outcome), [refused('FamulorLead "two"', 'FamulorLead "one"')]);
  });

  it("is found by the campaign's resource, and in the rows of sets", async () => {
    const outcome = await run(() => {
      const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: 1 });
      lead("one", spring);
      new FamulorLeadSet("guests", {
        campaignId: spring,
        leads: { a: { phoneNumber: BERT }, b: Promise.resolve({ phoneNumber: pulumi.output(ANNA) }) },
      });
      new FamulorLeadSet("more", { campaignId: spring, leads: pulumi.output({ c: { phoneNumber: BERT } }) });
    });
    assert.deepEqual(messages(outcome).sort(), [
      refused('FamulorLeadSet "guests", leads["b"]', 'FamulorLead "one"'),
      refused('FamulorLeadSet "more", leads["c"]', 'FamulorLeadSet "guests", leads["a"]'),
    ]);
  });

  it("is found within one set", async () => {
    const outcome = await run(
      () => new FamulorLeadSet("x", { campaignId: 1, leads: { a: { phoneNumber: ANNA }, b: { phoneNumber: ANNA } } }),
    );
    assert.deepEqual(messages(outcome), [refused('FamulorLeadSet "x", leads["b"]', 'FamulorLeadSet "x", leads["a"]')]);
  });

  class Seeds extends pulumi.ComponentResource {
    constructor(name: string) {
      super("test:Seeds", name);
      new FamulorLead(`${name}-anna`, { campaignId: 1, phoneNumber: ANNA }, { parent: this });
      new FamulorLeadSet(`${name}-guests`, { campaignId: 1, leads: { bert: { phoneNumber: BERT } } }, { parent: this });
    }
  }

  it("is not one whom two tests of a process declare by the same component", async () => {
    assert.deepEqual(messages(await run(() => new Seeds("seeds"))), []);
    assert.deepEqual(messages(await run(() => new Seeds("seeds"), { sameMocks: true })), []);
    assert.deepEqual(messages(await run(() => [new Seeds("seeds"), new Seeds("seeds")])), [], "not even at once");
    assert.deepEqual(messages(await run(() => new Seeds("others"))), [], "after setMocks");
    assert.deepEqual(messages(await run(() => new Seeds("more"), { sameMocks: true })), [], "by another name");
  });

  it("is one whom two components declare", async () => {
    const outcome = await run(() => [new Seeds("one"), new Seeds("two")]);
    assert.deepEqual(messages(outcome).sort(), [
      refused('FamulorLead "two-anna"', 'FamulorLead "one-anna"'),
      refused('FamulorLeadSet "two-guests", leads["bert"]', 'FamulorLeadSet "one-guests", leads["bert"]'),
    ]);
  });
});

describe("a variable that the campaign's assistant does not define", () => {
  const call = () => ({ assistantId: 3, name: "Eva", variableNames: ["name", "city"] });
  const eva = { name: "Eva" };
  const variables = { nmae: "Anna", city: "Bonn" };
  const problem = (path: string, more = "") =>
    `${path}.nmae${more}: the assistant "Eva" defines no such variable. Did you mean name?`;
  const ofAnna = problem('FamulorLead "anna": variables');

  /** The warnings of a program, and its errors. */
  async function warningsOf(program: () => unknown, options: RunOptions = {}) {
    const warnings: string[] = [];
    const { warn } = pulumi.log;
    Object.assign(pulumi.log, { warn: (message: string) => void warnings.push(message) });
    try {
      const outcome = await run(program, { call, ...options });
      return { warnings, errors: messages(outcome).map(withoutPrefix), registered: outcome.registered };
    } finally {
      Object.assign(pulumi.log, { warn });
    }
  }
  const campaignOf = (assistantId: pulumi.Input<number>) =>
    new FamulorCampaign("spring", { name: "Spring", assistantId });
  const anna = (campaignId: number | pulumi.Output<number> | FamulorCampaign, more: object = {}) =>
    new FamulorLead("anna", { campaignId, phoneNumber: ANNA, variables, ...more });

  it("is a warning with the nearest one, in preview too", async () => {
    for (const preview of [true, false]) {
      const { warnings, errors } = await warningsOf(
        async () => {
          const { assistantId } = await getOutboundAssistant(eva);
          anna(campaignOf(assistantId));
        },
        { preview },
      );
      assert.deepEqual([warnings, errors], [[ofAnna], []]);
    }
  });

  it("is found when the look-up is an output, and in secondary contacts, outputs and secrets", async () => {
    const { warnings, errors } = await warningsOf(() => {
      const { assistantId } = getOutboundAssistantOutput(eva);
      const spring = campaignOf(assistantId);
      anna(spring, { variables: pulumi.secret(variables) });
      const secondaryContacts = [{ phoneNumber: BERT, variables: Promise.resolve({ ctiy: "Bonn" }) }];
      new FamulorLead("carl", { campaignId: spring, phoneNumber: "+493023125002", secondaryContacts });
    });
    assert.deepEqual(warnings.sort(), [
      ofAnna,
      'FamulorLead "carl": secondaryContacts[0].variables.ctiy: the assistant "Eva" defines no such variable. Did you mean city?',
    ]);
    assert.deepEqual(errors, []);
  });

  it("in many rows of a set is one warning, with the first row and how many more", async () => {
    const { warnings } = await warningsOf(async () => {
      const { assistantId } = await getOutboundAssistant(eva);
      const leads = {
        [ANNA]: { phoneNumber: ANNA, variables },
        b: pulumi.output({ phoneNumber: BERT, variables: { nmae: "Bert" } }),
        c: { phoneNumber: "+493023125002", variables: { nmae: "Carl", "\u200bname": "Carl" } },
      };
      new FamulorLeadSet("guests", { campaignId: campaignOf(assistantId), leads });
    });
    const [first = "", second] = warnings;
    assert.deepEqual(first.split("\n"), [
      problem('FamulorLeadSet "guests": leads["+4930…00"].variables', " and 1 more"),
      'FamulorLeadSet "guests": leads["c"].variables.\\u{200B}name: the assistant "Eva" defines no such variable. Did you mean name?',
    ]);
    assert.equal(second, problem('FamulorLeadSet "guests": leads["b"].variables'));
  });

  it("is an error if the look-up is strict, and nothing of the lead is registered", async () => {
    const strict = await warningsOf(async () => {
      const { assistantId } = await getOutboundAssistant({ ...eva, strictVariables: true });
      anna(campaignOf(assistantId));
    });
    assert.deepEqual([strict.warnings, strict.errors], [[], [ofAnna]]);
    assert.equal(strict.registered.anna, undefined);
    const later = await warningsOf(() => {
      anna(campaignOf(getOutboundAssistantOutput({ ...eva, strictVariables: true }).assistantId));
    });
    assert.deepEqual(later.errors, [ofAnna]);
  });

  it("of an assistant without any says so", async () => {
    const { warnings } = await warningsOf(
      async () => {
        const { assistantId } = await getOutboundAssistant(eva);
        anna(campaignOf(assistantId), { variables: { name: "Anna" } });
      },
      { call: () => ({ assistantId: 3, name: "Eva", variableNames: [] }) },
    );
    assert.deepEqual(warnings, [
      'FamulorLead "anna": variables.name: the assistant "Eva" defines no such variable. It defines none.',
    ]);
  });

  it("is nobody's business where the assistant is not known", async () => {
    const programs: (() => unknown)[] = [
      () => anna(campaignOf(3)),
      async () => anna(campaignOf((await getOutboundAssistant(eva)).assistantId + 1)),
      async () => anna((await getOutboundAssistant(eva)).assistantId),
      async () => {
        await getOutboundAssistant(eva);
        anna(FamulorCampaign.get("spring", "7"));
      },
      async () => {
        const { assistantId } = await getOutboundAssistant(eva);
        anna(campaignOf(assistantId), { variables: { name: "Anna", city: "Bonn" } });
        anna(campaignOf(assistantId), { variables: undefined });
      },
    ];
    for (const program of programs) {
      const { warnings, errors } = await warningsOf(program);
      assert.deepEqual([warnings, errors], [[], []]);
    }
    const program = async () => anna(campaignOf((await getOutboundAssistant(eva)).assistantId));
    const { warnings, errors } = await warningsOf(program, { call: () => ({ assistantId: 3, name: "Eva" }) });
    assert.deepEqual([warnings, errors], [[], []], "a mock may leave the names out");
  });
});

describe("a look-up under mocks", () => {
  const campaign = { campaignId: 7, name: "Spring", status: "draft" };

  it("is answered by the mocks and never by the network", async () => {
    const module = require.resolve("../../src/look-ups");
    delete require.cache[module];
    const { calls, errors } = await run(
      async () => {
        assert.deepEqual(await getCampaign({ name: "Spring" }), campaign);
        assert.deepEqual(await known(getCampaignOutput({ name: pulumi.output("Spring") })), campaign);
        await getOutboundAssistant({ name: "Eva" });
        await getPhoneNumber({ phoneNumber: ANNA });
        await getAccount();
      },
      { call: ({ token }) => (token.endsWith("getCampaign") ? campaign : {}) },
    );
    assert.deepEqual(errors, []);
    assert.deepEqual(
      calls.map(({ token, inputs }) => [token, inputs]),
      [
        ["famulor:index:getCampaign", { name: "Spring" }],
        ["famulor:index:getCampaign", { name: "Spring" }],
        ["famulor:index:getOutboundAssistant", { name: "Eva" }],
        ["famulor:index:getPhoneNumber", { phoneNumber: ANNA }],
        ["famulor:index:getAccount", {}],
      ],
    );
    assert.equal(module in require.cache, false, "the code that asks is not even loaded");
  });

  it("passes the provider to the mocks", async () => {
    const { calls, errors } = await run(async () => {
      const eu = new FamulorProvider("eu", { apiKey: "key", allowedPhoneNumbers: ["+4930", pulumi.output("+1212")] });
      await getAccount({ provider: eu });
    });
    assert.deepEqual(errors, []);
    assert.match(String(calls[0]?.provider), /^urn:pulumi:.*::eu::/);
  });
});

describe("a provider", () => {
  const provider = (allowedPhoneNumbers: unknown) =>
    run(() => new FamulorProvider("eu", { apiKey: "key", allowedPhoneNumbers: untyped(allowedPhoneNumbers) }));
  const allowed = async (value: unknown) =>
    (await provider(value)).registered.eu?.inputs["famulor:allowedPhoneNumbers"];

  it("joins the prefixes that may be called", async () => {
    assert.equal(await allowed(["+4930", pulumi.output("+1212")]), "+4930,+1212");
    assert.equal(await allowed(pulumi.output(["+4930"])), "+4930");
    assert.equal(await allowed("+4930,+1212"), "+4930,+1212");
    assert.equal(await allowed(undefined), "any");
  });

  it("refuses an argument that does not exist, and names the nearest one: a misspelt guard would be none", async () => {
    const args = { apiKey: "key", allowedPhoneNumber: "fictional", baseURL: "http://127.0.0.1:1/api" };
    const outcome = await run(() => new FamulorProvider("eu", untyped(args)));
    assert.deepEqual(messages(outcome), [
      'FamulorProvider "eu": allowedPhoneNumber is not an argument of it. Did you mean allowedPhoneNumbers?\n' +
        'FamulorProvider "eu": baseURL is not an argument of it. Did you mean baseUrl?',
    ]);
    assert.deepEqual(outcome.registered, {});
  });

  it("refuses a guard that is empty", async () => {
    for (const empty of ["", " ", [], [""], null, pulumi.output("")]) {
      const outcome = await provider(empty);
      assert.deepEqual(messages(outcome).map(withoutPrefix), [
        'FamulorProvider "eu": allowedPhoneNumbers is empty. Set it to "any", or to the prefixes to allow.',
      ]);
      assert.deepEqual(outcome.registered, {});
    }
  });
});

describe("a provider of dynamic resources that is no FamulorProvider", () => {
  class OtherProvider extends pulumi.ProviderResource {
    constructor(packageName: string) {
      super(packageName, "other", { "famulor:apiKey": "key" });
    }
  }
  class Seeds extends pulumi.ComponentResource {
    constructor(provider: pulumi.ProviderResource) {
      super("test:Seeds", "seeds", {}, { providers: [provider] });
      new FamulorLead("x", { campaignId: 1, phoneNumber: ANNA }, { parent: this });
    }
  }
  const declarations: Record<string, (provider: pulumi.ProviderResource) => unknown> = {
    "of a lead": (provider) => new FamulorLead("x", { campaignId: 1, phoneNumber: ANNA }, { provider }),
    "of a set": (provider) => new FamulorLeadSet("x", { campaignId: 1, leads: {} }, { provider }),
    "of a run": (provider) => new FamulorCampaignRun("x", { campaignId: 1 }, { provider }),
    "of a component": (provider) => new Seeds(provider),
  };
  for (const [name, declare] of Object.entries(declarations)) {
    it(`${name} is refused: it would not know the stack's guard`, async () => {
      const outcome = await run(() => declare(new OtherProvider("pulumi-nodejs")));
      assert.match(
        messages(outcome).join(),
        /^Famulor\w+ "x": its provider must be a FamulorProvider: .*famulor:allowedPhoneNumbers\.$/,
      );
      assert.equal(outcome.registered.x, undefined);
      const others = [() => new FamulorProvider("eu", { apiKey: "key" }), () => new OtherProvider("aws")];
      for (const other of others) assert.deepEqual(messages(await run(() => declare(other()))), []);
    });
  }
});

describe("the stack traces of promises", () => {
  const limitIn = async (program: () => unknown) => {
    const before = Error.stackTraceLimit;
    const outcome = await run(program);
    assert.equal(Error.stackTraceLimit, before);
    return outcome;
  };

  it("are on again afterwards, also after an error", async () => {
    await limitIn(() => new FamulorLead("anna", { campaignId: 1, phoneNumber: ANNA }));
    // The SDK refuses an empty name.
    const { errors } = await limitIn(() => new FamulorLead("", { campaignId: 1, phoneNumber: ANNA }));
    assert.equal(errors.length, 1);
  });

  it("are off while a resource is registered, unless the SDK is to show them", async () => {
    const limits: number[] = [];
    const { stackTraceLimit } = Error;
    let limit = stackTraceLimit;
    Object.defineProperty(Error, "stackTraceLimit", {
      configurable: true,
      get: () => limit,
      set: (value: number) => {
        limit = value;
        limits.push(value);
      },
    });
    try {
      await run(() => new FamulorLead("anna", { campaignId: 1, phoneNumber: ANNA }));
      // The SDK raises it to look for the program's line.
      assert.deepEqual(limits, [0, Number.POSITIVE_INFINITY, 0, stackTraceLimit]);
      limits.length = 0;
      process.env.PULUMI_DEBUG_PROMISE_LEAKS = "1";
      await run(() => new FamulorLead("anna", { campaignId: 1, phoneNumber: ANNA }));
      assert.deepEqual(limits, [Number.POSITIVE_INFINITY, stackTraceLimit]);
    } finally {
      delete process.env.PULUMI_DEBUG_PROMISE_LEAKS;
      Object.defineProperty(Error, "stackTraceLimit", { configurable: true, writable: true, value: stackTraceLimit });
    }
  });

  it("are on for a transformation, whose errors need them", async () => {
    const fails = () => {
      throw new Error("a mistake of the program");
    };
    const args = { campaignId: 1, phoneNumber: ANNA };
    class Component extends pulumi.ComponentResource {}
    for (const program of [
      () => new FamulorLead("anna", args, { transformations: [fails] }),
      () => {
        let isSet = false;
        const parent = new Component("test:C", "c", {}, { transformations: [() => (isSet ? fails() : undefined)] });
        isSet = true;
        new FamulorLead("anna", args, { parent });
      },
    ]) {
      const { errors } = await limitIn(program);
      assert.match(String(errors[0]?.stack), /a mistake of the program\n\s+at fails/);
    }
  });
});
