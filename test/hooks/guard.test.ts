/**
 * The attack list: every operation of ours that can make a phone ring, one by one, under a guard that must refuse it. Nothing is written,
 * and where the program's own arguments are enough to know, nothing is sent.
 */
import assert from "node:assert/strict";
import { Deadlines } from "../../src/famulor/http/deadline";
import { GuardedClient } from "../../src/provider/session/guard-checks";
import type { Sandbox } from "../../src/sandbox";
import type { Fault } from "../support/fault-proxy";
import type { Hooks, Kind, Props, RunningProvider } from "../support/hooks";
import { type FaultyWorld, type RunOptions, startFaultyWorld } from "../support/world";

const ANNA = "+493023125000";
const BERT = "+493023125001";
/** Directory assistance: possible, and reserved for nobody's film. */
const REAL = "+12125551212";
const MASKED = "\\+1212…12";

const GUARDED: RunOptions = { config: { "famulor:allowedPhoneNumbers": "fictional" } };

describe("under a guard", function () {
  this.timeout(30_000);
  let world: FaultyWorld;
  let sandbox: Sandbox;
  let provider: RunningProvider;
  /** A campaign at rest, and one that calls. */
  let draft: number;
  let running: number;

  beforeEach(async () => {
    world = await startFaultyWorld({ sandbox: { campaigns: [{ name: "Draft" }] } });
    ({ sandbox, provider } = world);
    draft = sandbox.campaigns[0]?.id ?? 0;
    running = sandbox.account.addCampaign({ name: "Running", status: "in-progress" }).id;
  });
  afterEach(() => world.close());

  const hooks = (kind: Kind): Hooks => provider.of(kind);
  const lead = (more: Props = {}): Props => ({ campaignId: draft, phoneNumber: ANNA, ...more });
  const set = (leads: Record<string, Props>, more: Props = {}): Props => ({ campaignId: draft, leads, ...more });
  const contact = [{ phoneNumber: REAL }];
  const stranger = (more: Props = {}) => sandbox.account.addLead({ campaign_id: draft, phone_number: REAL, ...more });

  interface Stored {
    id: string;
    outs: Props;
  }

  /** What a run without a guard has left. */
  const earlier = (kind: Kind, args: Props): Promise<Stored> => hooks(kind).create(args);
  /** The state of a lead that is in Famulor like this, whatever the program declares. */
  const inFamulor = (fields: Props): Stored => {
    const { id, status, created_at: createdAt } = sandbox.account.addLead({ campaign_id: draft, ...fields });
    return { id: String(id), outs: lead({ leadId: id, status, createdAt, endpoint: world.proxy.baseUrl }) };
  };
  const update = (kind: Kind, { id, outs }: Stored, news: Props) => hooks(kind).update(id, outs, news);

  let sentBefore = 0;
  /** From here on the guard is set, and every request counts. */
  async function guard(options = GUARDED): Promise<void> {
    provider = await world.newRun(options);
    world.requests();
    sentBefore = world.proxy.requests.length;
  }
  /** Everything that was sent, whether or not it has arrived. */
  const sent = () => world.proxy.requests.slice(sentBefore);

  describe("a number that the program declares is refused by `check`, and again before anything is sent:", () => {
    interface Declared {
      kind: Kind;
      news: () => Props;
      /** What an earlier run has left; absent: a create. */
      olds?: () => Promise<Stored>;
      /** Where the number is. */
      at?: string;
      run?: RunOptions;
    }
    const real = () => earlier("lead", lead({ phoneNumber: REAL }));
    const guests = () => earlier("leadSet", set({ anna: { phoneNumber: ANNA } }));
    const realGuests = () => earlier("leadSet", set({ anna: { phoneNumber: REAL } }));
    const ofRow = 'leads["anna"].phoneNumber';

    const attacks: Record<string, Declared> = {
      "a new lead": { kind: "lead", news: () => lead({ phoneNumber: REAL }) },
      "a new lead's secondary contact": {
        kind: "lead",
        news: () => lead({ secondaryContacts: [{ phoneNumber: BERT }, ...contact] }),
        at: "secondaryContacts[1].phoneNumber",
      },
      "a second lead of the same person": {
        kind: "lead",
        news: () => lead({ phoneNumber: REAL, allowDuplicate: true }),
      },
      "a lead in a running campaign": { kind: "lead", news: () => lead({ campaignId: running, phoneNumber: REAL }) },
      "the adoption of a lead": {
        kind: "lead",
        news: () => {
          stranger();
          return lead({ phoneNumber: REAL, adoptExisting: true });
        },
      },
      "the adoption of what an interrupted run left": {
        kind: "lead",
        news: () => {
          stranger();
          return lead({ phoneNumber: REAL });
        },
        run: { ...GUARDED, env: { FAMULOR_ADOPT: "identical" } },
      },
      "a renumbering": { kind: "lead", olds: () => earlier("lead", lead()), news: () => lead({ phoneNumber: REAL }) },
      "a move": { kind: "lead", olds: real, news: () => lead({ campaignId: running, phoneNumber: REAL }) },
      "another call": { kind: "lead", olds: real, news: () => lead({ phoneNumber: REAL, status: "created" }) },
      "a change of variables": {
        kind: "lead",
        olds: real,
        news: () => lead({ phoneNumber: REAL, variables: { a: 1 } }),
      },
      "the rest of an unfinished create": {
        kind: "lead",
        olds: async () => {
          const { id, outs } = await real();
          return { id, outs: { ...outs, unfinished: true } };
        },
        news: () => lead({ phoneNumber: REAL, variables: { a: 1 } }),
      },
      "other secondary contacts": {
        kind: "lead",
        olds: () => earlier("lead", lead()),
        news: () => lead({ secondaryContacts: contact }),
        at: "secondaryContacts[0].phoneNumber",
      },
      "a new set": { kind: "leadSet", news: () => set({ anna: { phoneNumber: REAL } }), at: ofRow },
      "a new set's secondary contact": {
        kind: "leadSet",
        news: () => set({ anna: { phoneNumber: ANNA, secondaryContacts: contact } }),
        at: 'leads["anna"].secondaryContacts[0].phoneNumber',
      },
      "a new set that adopts": {
        kind: "leadSet",
        news: () => {
          stranger();
          return set({ anna: { phoneNumber: REAL } }, { adoptExisting: true });
        },
        at: ofRow,
      },
      "a new row": {
        kind: "leadSet",
        olds: guests,
        news: () => set({ bert: { phoneNumber: REAL }, anna: { phoneNumber: ANNA } }),
        at: 'leads["bert"].phoneNumber',
      },
      "a row's renumbering": {
        kind: "leadSet",
        olds: guests,
        news: () => set({ anna: { phoneNumber: REAL } }),
        at: ofRow,
      },
      "a row's other secondary contacts, which would delete it first": {
        kind: "leadSet",
        olds: guests,
        news: () => set({ anna: { phoneNumber: ANNA, secondaryContacts: contact } }),
        at: 'leads["anna"].secondaryContacts[0].phoneNumber',
      },
      "a row's other call": {
        kind: "leadSet",
        olds: realGuests,
        news: () => set({ anna: { phoneNumber: REAL, status: "created" } }),
        at: ofRow,
      },
      "a set's move": {
        kind: "leadSet",
        olds: realGuests,
        news: () => set({ anna: { phoneNumber: REAL } }, { campaignId: running }),
        at: ofRow,
      },
      "a new lead, by the environment alone": {
        kind: "lead",
        news: () => lead({ phoneNumber: REAL }),
        run: { config: { "famulor:allowedPhoneNumbers": "any" }, env: { FAMULOR_ALLOWED_PHONE_NUMBERS: "fictional" } },
      },
      "a new lead of an explicit provider, by the stack alone": {
        kind: "lead",
        news: () => lead({ phoneNumber: REAL }),
        run: {
          config: {
            "famulor:explicitProvider": "true",
            "famulor:allowedPhoneNumbers": "any",
            "famulor:stackAllowedPhoneNumbers": "fictional",
          },
        },
      },
    };
    for (const [name, { kind, news: declare, olds, at = "phoneNumber", run }] of Object.entries(attacks)) {
      const attack = async () => {
        const stored = await olds?.();
        const news = declare();
        await guard(run);
        return { stored, news };
      };

      it(`${name}, by \`check\``, async () => {
        const { stored, news } = await attack();
        const { failures } = await hooks(kind).check(news, stored?.outs);
        assert.equal(failures.length, 1, failures.join());
        assert.ok(failures[0]?.startsWith(`${at}: is not allowed by `), failures[0]);
        assert.match(failures[0] ?? "", new RegExp(`, so ${MASKED} must not be called$`));
        assert.deepEqual(sent(), []);
      });

      it(`${name}, before anything is sent`, async () => {
        const { stored, news } = await attack();
        const { length } = sandbox.leads;
        const work = stored ? update(kind, stored, news) : hooks(kind).create(news);
        await assert.rejects(work, new RegExp(`is not allowed by .*, so ${MASKED} must not be called`));
        assert.deepEqual(sent(), []);
        assert.equal(sandbox.leads.length, length);
      });
    }

    for (const [name, send] of Object.entries<(client: GuardedClient) => Promise<unknown>>({
      "a POST": (client) => client.createLead({ campaignId: draft, phoneNumber: REAL }),
      "a POST with a secondary contact": (client) =>
        client.createLead({ campaignId: draft, phoneNumber: ANNA, secondaryContacts: contact }),
      "a PUT": (client) => client.updateLead(1, { phoneNumber: REAL }),
    })) {
      it(`${name} with such a number, wherever the number comes from`, async () => {
        const deadlines = new Deadlines(world.clock);
        const client = new GuardedClient([{ setting: "list", entries: ["fictional"] }], {
          baseUrl: world.proxy.baseUrl,
          apiKey: sandbox.apiKey,
          requestTimeoutMs: 1000,
          deadlines,
        });
        await guard();
        try {
          await assert.rejects(send(client), {
            code: "famulor/guard",
            message: /^Nothing was sent: .* not allowed by list/,
          });
          assert.deepEqual(sent(), []);
        } finally {
          await client.close();
          deadlines.close();
        }
      });
    }
  });

  describe("who is in Famulor is asked for before Famulor may call, and nothing is written:", () => {
    /** A lead of the program whom a colleague has given another number since. */
    const renumbered = async (more: Props = {}) => {
      const stored = await earlier("lead", lead(more));
      sandbox.account.editLead(Number(stored.id), { phone_number: REAL });
      return stored;
    };
    const withContact = async () => inFamulor({ phone_number: ANNA, secondary_contacts: [{ phone_number: REAL }] });
    /** The next listing has a secondary contact in a form that we cannot read. */
    const unreadable = (fields: Props, times = 1) => {
      const body = JSON.stringify({ data: [fields], current_page: 1, last_page: 1, total: 1 });
      world.proxy.breakNext("GET /user/leads", ...Array<Fault>(times).fill({ status: 200, body, when: "before" }));
    };
    const go = () => hooks("campaignRun").create({ campaignId: draft });
    const anna = (more: Props = {}) => sandbox.account.addLead({ campaign_id: draft, phone_number: ANNA, ...more });

    const started = (who: string) =>
      new RegExp(`Campaign \\d+ is not started: campaign \\d+ has 1 person who is not allowed by \\S+: ${who}\\.`);
    const unchanged = (where: string, who: string) =>
      new RegExp(`Lead \\d+ is not changed: ${where} has 1 person who is not allowed by \\S+: ${who}\\.`);
    const theLead = `lead \\d+ \\(${MASKED}\\)`;
    const aContact = `secondary contact \\d+ of lead \\d+ \\(${MASKED}\\)`;

    interface Live {
      prepare: () => Promise<Stored> | Stored | undefined;
      act: (stored: Stored) => Promise<unknown>;
      error: RegExp;
      /** What is sent all the same, before the refusal. */
      writes?: string[];
    }
    const again = (stored: Stored, more: Props = {}) => update("lead", stored, lead({ status: "created", ...more }));
    const move = (campaignId: () => number) => (stored: Stored) =>
      update("lead", stored, lead({ campaignId: campaignId() }));
    const inSet = async (stored: Stored, news: Props) => {
      const { problems } = await update("leadSet", stored, news);
      throw new Error(String(problems));
    };
    const attacks: Record<string, Live> = {
      "another call of a lead that has another secondary contact": {
        prepare: withContact,
        act: again,
        error: unchanged("the lead in Famulor", aContact),
      },
      "another call of a lead with a secondary contact that cannot be read": {
        prepare: () => {
          const stored = inFamulor({ phone_number: ANNA });
          unreadable({ id: Number(stored.id), phone_number: ANNA, secondary_contacts: [{ phone_number: REAL }] });
          return stored;
        },
        act: again,
        error: unchanged("the lead in Famulor", "a secondary contact of lead \\d+ \\(no number that can be read\\)"),
      },
      "another call of a lead without a number that can be read": {
        prepare: () => {
          const stored = inFamulor({ phone_number: ANNA });
          unreadable({ id: Number(stored.id), phone_number: 12125551212 });
          return stored;
        },
        act: again,
        error: unchanged("the lead in Famulor", "lead \\d+ \\(no number that can be read\\)"),
      },
      "another call of a lead that Famulor does not list": {
        prepare: () => {
          const stored = inFamulor({ phone_number: ANNA });
          sandbox.account.removeLead(Number(stored.id));
          return stored;
        },
        act: again,
        error: /is not changed: Famulor does not list it/,
      },
      "another call in a campaign with a stranger": {
        prepare: () => {
          stranger();
          return earlier("lead", lead());
        },
        act: again,
        error: unchanged("campaign \\d+", theLead),
      },
      "another call in a campaign with a stranger's secondary contact": {
        prepare: () => {
          stranger({ phone_number: BERT, secondary_contacts: [{ phone_number: REAL }] });
          return earlier("lead", lead());
        },
        act: again,
        error: unchanged("campaign \\d+", aContact),
      },
      "a move of a lead that has another secondary contact": {
        prepare: withContact,
        act: move(() => running),
        error: unchanged("the lead in Famulor", aContact),
      },
      "a move into a running campaign with a stranger": {
        prepare: () => {
          stranger({ campaign_id: running });
          return earlier("lead", lead());
        },
        act: move(() => running),
        error: unchanged("campaign \\d+", theLead),
      },
      "a move into a paused campaign with a stranger, since it goes on by itself": {
        prepare: () => {
          stranger({ campaign_id: running });
          sandbox.account.editCampaign(running, { status: "paused" });
          return earlier("lead", lead());
        },
        act: move(() => running),
        error: unchanged("campaign \\d+", theLead),
      },
      "another call and a move at once, into a campaign at rest with a stranger": {
        prepare: () => {
          stranger();
          sandbox.account.editCampaign(running, { status: "draft" });
          return earlier("lead", lead({ campaignId: running }));
        },
        act: again,
        error: unchanged("campaign \\d+", theLead),
      },
      "a set's move into a running campaign with a stranger": {
        prepare: () => {
          stranger({ campaign_id: running });
          return earlier("leadSet", set({ anna: { phoneNumber: ANNA } }));
        },
        act: (stored) => inSet(stored, set({ anna: { phoneNumber: ANNA } }, { campaignId: running })),
        error: unchanged("campaign \\d+", theLead),
      },
      "the start of a campaign with a stranger": {
        prepare: () => void stranger(),
        act: go,
        error: started(theLead),
      },
      "the start of a campaign with a stranger who was called already": {
        prepare: () => void sandbox.account.editLead(stranger().id, { status: "completed" }),
        act: go,
        error: started(theLead),
      },
      "the start of a campaign with a stranger's secondary contact": {
        prepare: () => void anna({ secondary_contacts: [{ phone_number: REAL }] }),
        act: go,
        error: started(aContact),
      },
      "the start of a campaign with a secondary contact that cannot be read": {
        prepare: () => void unreadable({ id: 7, phone_number: ANNA, secondary_contacts: { "1": {} } }),
        act: go,
        error: started("a secondary contact of lead 7 \\(no number that can be read\\)"),
      },
      "the start of a campaign whose lead was renumbered": {
        prepare: () => renumbered(),
        act: go,
        error: started(theLead),
      },
      "the start of a campaign with a stranger on its last page": {
        prepare: () => {
          stranger();
          for (let index = 1; index <= 100; index++) {
            anna({ phone_number: `+493023125${String(index).padStart(3, "0")}` });
          }
          return undefined;
        },
        act: go,
        error: started(theLead),
      },
      "the start of a campaign that runs already": {
        prepare: () => {
          sandbox.account.editCampaign(draft, { status: "in-progress" });
          return void stranger();
        },
        act: go,
        error: started(theLead),
      },
      "the start that an interrupted run may not have carried out": {
        prepare: () => {
          stranger();
          const outs = { campaignId: draft, status: "unknown", unfinished: true, endpoint: world.proxy.baseUrl };
          return { id: String(draft), outs };
        },
        act: (stored) => update("campaignRun", stored, { campaignId: draft }),
        error: started(theLead),
      },
      "a campaign's start that is sent again, when a stranger has come in the meantime": {
        prepare: () => {
          anna();
          world.proxy.breakNext("POST /user/campaigns/update-status", "500-before");
          world.proxy.decide((request) => {
            if (request === "GET /user/campaigns") stranger();
            return undefined;
          });
          return undefined;
        },
        act: go,
        error: /is not started: campaign \d+ has 1 person .*Campaign \d+ may be running/,
        writes: ["POST /user/campaigns/update-status"],
      },
    };

    for (const [name, { prepare, act, error, writes = [] }] of Object.entries(attacks)) {
      it(name, async () => {
        const stored = (await prepare()) as Stored;
        await guard();
        await assert.rejects(act(stored), error);
        assert.deepEqual(
          sent().filter((request) => !request.startsWith("GET ")),
          writes,
        );
      });
    }

    it("all outsiders are counted, and the first of them named", async () => {
      for (let index = 0; index < 7; index++) stranger();
      await guard();
      await assert.rejects(
        go(),
        new RegExp(
          `campaign \\d+ has 7 people who are not allowed by \\S+: (${theLead}(, )?){5} and 2 more\\. Nothing`,
        ),
      );
    });
  });

  describe("what is allowed goes on,", () => {
    const listing = "GET /user/leads";

    it("with the pages of a listing for a start, and without any for no guard", async () => {
      sandbox.account.addLead({ campaign_id: draft, phone_number: ANNA, secondary_contacts: [{ phone_number: BERT }] });
      await guard();
      await hooks("campaignRun").create({ campaignId: draft });
      const start = "POST /user/campaigns/update-status start";
      assert.deepEqual(world.requests(), ["GET /user/me", "GET /user/leads", start]);
      stranger();
      for (const config of [{}, { "famulor:allowedPhoneNumbers": "any" }]) {
        await guard({ config });
        await hooks("campaignRun")
          .create({ campaignId: draft })
          .catch(() => {});
        assert.deepEqual(world.requests().slice(0, 2), ["GET /user/me", start]);
      }
    });

    it("with one more listing for another call, and for a move", async () => {
      const stored = await earlier("lead", lead());
      await guard();
      const outs = await update("lead", stored, lead({ status: "created" }));
      assert.deepEqual(world.requests(), [listing, listing, `PUT /leads/${stored.id}`]);
      await guard();
      await update("lead", { ...stored, outs }, lead({ status: "created", campaignId: running }));
      assert.deepEqual(world.requests(), [listing, listing, listing, `PUT /leads/${stored.id}`, "GET /user/campaigns"]);
    });

    it("also with another call and a move of what was renumbered: the declared number goes along", async () => {
      const rest = sandbox.account.addCampaign({ name: "Other" }).id;
      const asked = [{ status: "created" }, { campaignId: rest }];
      for (const more of asked) {
        const stored = await earlier("lead", lead());
        sandbox.account.editLead(Number(stored.id), { phone_number: REAL });
        await guard();
        await update("lead", stored, lead(more));
        assert.deepEqual([...new Set(sandbox.leads.map((each) => each.phone_number))], [ANNA]);
        sandbox.account.removeLead(Number(stored.id));
      }
      const stored = await earlier("leadSet", set({ anna: { phoneNumber: ANNA } }));
      sandbox.account.editLead(sandbox.leads[0]?.id ?? 0, { phone_number: REAL });
      await guard();
      await update("leadSet", stored, set({ anna: { phoneNumber: ANNA, status: "created" } }));
      assert.equal(sandbox.leads[0]?.phone_number, ANNA);
    });

    it("also when the same change gives a renumbered lead its own number again", async () => {
      const stored = await earlier("lead", lead());
      sandbox.account.editLead(Number(stored.id), { phone_number: REAL });
      await guard();
      const { props } = await hooks("lead").read(stored.id, stored.outs);
      assert.equal(props.phoneNumber, REAL);
      await update("lead", { ...stored, outs: props }, lead({ status: "created" }));
      assert.equal(sandbox.leads[0]?.phone_number, ANNA);
    });

    it("with a renumbering of a real number to a fictional one, and the delete of a real one", async () => {
      const real = await earlier("lead", lead({ phoneNumber: REAL }));
      const other = await earlier("lead", lead({ phoneNumber: REAL, campaignId: running }));
      await guard();
      await update("lead", real, lead());
      await hooks("lead").delete(other.id, other.outs);
      assert.deepEqual(
        sandbox.leads.map(({ phone_number }) => phone_number),
        [ANNA],
      );
    });

    it("with a move into a campaign at rest that has a stranger, since its start lists who is in it", async () => {
      const stored = await earlier("lead", lead({ campaignId: running }));
      stranger();
      await guard();
      await update("lead", stored, lead());
      assert.equal(sandbox.leads.filter(({ campaign_id }) => campaign_id === draft).length, 2);
    });

    it("with many moves at no price: they share the listings that a move needs anyway", async () => {
      const people = Array.from({ length: 20 }, (_, index) => [
        `p${index}`,
        { phoneNumber: `+4930231251${index + 10}` },
      ]);
      const stored = await earlier("leadSet", set(Object.fromEntries(people)));
      await guard();
      await update("leadSet", stored, set(Object.fromEntries(people), { campaignId: running }));
      const requests = world.requests();
      assert.equal(requests.filter((line) => line.startsWith("PUT ")).length, 20);
      // The campaign that they leave and the one that they enter, as without a guard.
      assert.equal(requests.filter((line) => line === listing).length, 2);
    });
  });
});
