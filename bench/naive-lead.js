"use strict";
// A lead as somebody would write it after Pulumi's guide "Author a Dynamic Provider" and its example of GitHub labels: a
// class with every hook, the key from the stack's configuration, a REST call in each hook, the whole answer as outputs, and a
// new provider for each resource. JavaScript, because Pulumi stores this very text in the state of every resource.
const pulumi = require("@pulumi/pulumi");

class NaiveLeadProvider {
  async configure(request) {
    this.apiKey = request.config.require("famulor:apiKey");
    this.baseUrl = request.config.require("famulor:baseUrl");
  }

  async request(method, path, body) {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.apiKey}`,
        Accept: "application/json",
        "Content-Type": "application/json",
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path} failed: ${response.status} ${response.statusText}`);
    }
    return response.json();
  }

  async check(_olds, news) {
    const failures = [];
    if (!/^\+[1-9]\d{1,14}$/.test(news.phoneNumber)) {
      failures.push({ property: "phoneNumber", reason: "must be in E.164" });
    }
    return { inputs: news, failures };
  }

  async create(inputs) {
    const { data } = await this.request("POST", "/user/lead", {
      campaign_id: inputs.campaignId,
      phone_number: inputs.phoneNumber,
      variables: inputs.variables,
    });
    return { id: String(data.id), outs: { ...inputs, ...data } };
  }

  async diff(_id, olds, news) {
    const changes =
      olds.campaignId !== news.campaignId ||
      olds.phoneNumber !== news.phoneNumber ||
      JSON.stringify(olds.variables) !== JSON.stringify(news.variables);
    return { changes };
  }

  async read(id, props) {
    const query = `campaign_id=${props.campaignId}&phone_number=${encodeURIComponent(props.phoneNumber)}`;
    const { data } = await this.request("GET", `/user/leads?${query}`);
    const lead = data.find((each) => String(each.id) === id);
    return lead ? { id, props: { ...props, ...lead } } : {};
  }

  async update(id, olds, news) {
    await this.request("PUT", `/leads/${id}`, {
      campaign_id: news.campaignId,
      phone_number: news.phoneNumber,
      variables: news.variables,
    });
    return { outs: { ...olds, ...news } };
  }

  async delete(id) {
    await this.request("DELETE", `/user/leads/${id}`);
  }
}

class NaiveLead extends pulumi.dynamic.Resource {
  constructor(name, args, opts) {
    super(new NaiveLeadProvider(), name, { status: undefined, ...args }, opts);
  }
}

module.exports = { NaiveLead };
