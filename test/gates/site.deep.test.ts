import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

const repository = resolve(__dirname, "../..");

describe("npm run docs", function () {
  this.timeout(180_000);

  it("writes a site in which every link leads somewhere", async () => {
    const args = ["--require", "ts-node/register", "scripts/site.ts"];
    await promisify(execFile)(process.execPath, args, { cwd: repository }).catch(({ stdout, stderr }) => {
      throw new Error(stdout + stderr);
    });
  });
});
