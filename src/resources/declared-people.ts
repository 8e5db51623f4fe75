/** Who is declared in a program, so that nobody is declared twice: found before anything is sent. */
import * as pulumi from "@pulumi/pulumi";
import { type CampaignReference, campaignIdOf, isCampaign } from "./campaign";

/** By stack, since one process can run several programs (Automation API): campaign and number → who declares it. */
const declared = new WeakMap<object, Map<string, Claim>>();
const noStack = {};

interface Claim {
  who: string;
}

/**
 * Throws, as soon as number and campaign are known, if another resource of the program declares them.
 *
 * @param who The resource, or the row of a set, as the message names it.
 */
export function declarePerson(
  resource: pulumi.CustomResource,
  type: string,
  who: string,
  campaignId: CampaignReference,
  phoneNumber: pulumi.Input<string>,
): void {
  const stack = pulumi.runtime.getStackResource() ?? noStack;
  const people = declared.get(stack) ?? new Map<string, Claim>();
  declared.set(stack, people);
  const mine: Claim = { who };
  const account = resource.getProvider(type)?.urn;
  const note = ([where, number, provider]: [unknown, string, pulumi.URN | undefined]) => {
    const person = JSON.stringify([provider, where, number]);
    const first = people.get(person) ?? mine;
    people.set(person, first);
    if (first === mine) return;
    // Thrown and not logged: a logged error leaves the exit code at 0.
    throw new pulumi.RunError(
      `${who} declares the same number in the same campaign as ${first.who}: ` +
        "the person would be called twice. Remove one of them; if that is what you want, set allowDuplicate: true.",
    );
  };
  pulumi.all([campaignIdOf(campaignId), phoneNumber, account]).apply(note);
  // The ID of a campaign that is yet to be made is not known in preview.
  if (isCampaign(campaignId)) pulumi.all([campaignId.urn, phoneNumber, account]).apply(note);
}
