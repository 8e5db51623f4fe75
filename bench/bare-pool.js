"use strict";
// The floor: the same creates with undici's Pool alone. `node bare-pool.js <base URL> <key> <how many> <how many at once>`
// prints the milliseconds they took, and the processor time of each once it is warm. A separate process, like the plugin.
const { Pool } = require("undici");
const { phoneNumber } = require("./numbers");

function poolOf(baseUrl, apiKey, connections) {
  const { origin, pathname } = new URL(baseUrl);
  const pool = new Pool(origin, { connections });
  const create = async ({ campaignId, phoneNumber, variables }) => {
    const response = await pool.request({
      method: "POST",
      path: `${pathname}/user/lead`,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ campaign_id: campaignId, phone_number: phoneNumber, variables }),
    });
    const { data } = await response.body.json();
    if (!data.id) throw new Error("there is no ID in the answer");
    return data;
  };
  return { create, close: () => pool.close() };
}

async function main([baseUrl, apiKey, count, atOnce]) {
  const pool = poolOf(baseUrl, apiKey, Number(atOnce));
  const half = Number(count) / 2;
  let next = 0;
  let usedAtHalf;
  const worker = async () => {
    for (let index = next++; index < Number(count); index = next++) {
      if (index >= half) usedAtHalf ??= process.cpuUsage();
      await pool.create({ campaignId: 1, phoneNumber: phoneNumber(index), variables: { name: `Lead ${index}` } });
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: Number(atOnce) }, worker));
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(usedAtHalf);
  console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000 / (Number(count) - half) }));
  await pool.close();
}

module.exports = { poolOf };
if (require.main === module) main(process.argv.slice(2));
