"use strict";
// The floor: the same creates with undici's Pool alone. `node bare-pool.js <base URL> <key> <how many> <how many at once>`
// prints the milliseconds they took. A process of its own, as the plugin is one.
const { Pool } = require("undici");
const { phoneNumber } = require("./numbers");

async function main([baseUrl, apiKey, count, atOnce]) {
  const { origin, pathname } = new URL(baseUrl);
  const pool = new Pool(origin, { connections: Number(atOnce) });
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < Number(count); index = next++) {
      const response = await pool.request({
        method: "POST",
        path: `${pathname}/user/lead`,
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({
          campaign_id: 1,
          phone_number: phoneNumber(index),
          variables: { name: `Lead ${index}` },
        }),
      });
      const { data } = await response.body.json();
      if (!data.id) throw new Error("there is no ID in the answer");
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: Number(atOnce) }, worker));
  console.log(performance.now() - begun);
  await pool.close();
}

main(process.argv.slice(2));
