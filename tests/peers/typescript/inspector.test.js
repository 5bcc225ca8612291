// The command line of the MCP inspector lists and calls as each role, over HTTP and stdio.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { CALLS, PATIENCE, PROMPTS, Records, RESOURCES, TOOLS, names } from "./support.js";

const INSPECTOR = fileURLToPath(
    new URL("clients/launcher/build/index.js", import.meta.resolve("@modelcontextprotocol/inspector/package.json")),
);

/** Runs it: the exit code, and what it prints. */
function inspect(records, ...options) {
    // what it stores, it stores below the home of its user
    const env = { ...process.env, HOME: records.folder, USERPROFILE: records.folder };
    return new Promise((resolve) => {
        execFile(
            process.execPath,
            [INSPECTOR, "--cli", ...options],
            { env, cwd: records.folder, encoding: "utf8", timeout: PATIENCE, maxBuffer: 2 ** 26 },
            (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }),
        );
    });
}

const DELETE = ["--method", "tools/call", "--tool-name", "delete_record", "--tool-arg", "id=7"];

const withKey = (url, key) => [url, "--transport", "http", "--header", `Authorization: Bearer ${key}`];

/** How the inspector gets to be somebody. */
const TRANSPORTS = {
    http: async (t, records, role) => {
        const served = await records.http(t);
        return (...options) => inspect(records, ...withKey(served.url, served.keys[role]), ...options);
    },
    stdio: async (t, records, role) => {
        return (...options) => inspect(records, ...options, "--", ...records.stdio("--as", role));
    },
    "stdio with a key": async (t, records, role) => {
        const key = records.keys("new", "--role", role, "--owner", "alice");
        const server = records.stdio("--keys", records.keyFile, "--key-env", "RECORDS_KEY");
        return (...options) => inspect(records, "-e", `RECORDS_KEY=${key}`, ...options, "--", ...server);
    },
};

for (const [transport, connectAs] of Object.entries(TRANSPORTS)) {
    describe(`inspector, ${transport}`, () => {
        for (const era of ["legacy", "modern"]) {
            for (const role of Object.keys(TOOLS)) {
                test(`${era}: ${role} lists exactly its tools`, async (t) => {
                    const run = await connectAs(t, new Records(), role);
                    const { code, stdout, stderr } = await run("--protocol-era", era, "--method", "tools/list");
                    assert.equal(code, 0, stderr);
                    assert.deepEqual(names(JSON.parse(stdout)), TOOLS[role]);
                });
            }
        }

        for (const role of Object.keys(TOOLS)) {
            test(`${role} can call what it lists`, async (t) => {
                const run = await connectAs(t, new Records(), role);
                // each call is a process or two: the third way in is not tried with every tool
                for (const name of transport === "stdio with a key" ? ["whoami"] : TOOLS[role]) {
                    const call = ["--tool-name", name, "--tool-args-json", JSON.stringify(CALLS[name][0])];
                    const { code, stdout, stderr } = await run("--method", "tools/call", ...call);
                    assert.equal(code, 0, `${name}: ${stdout}${stderr}`);
                    assert.ok(!JSON.parse(stdout).isError, stdout);
                }
            });
        }

        for (const role of Object.keys(TOOLS)) {
            test(`${role} lists, gets and reads its prompts and resources`, async (t) => {
                const run = await connectAs(t, new Records(), role);
                const said = async (...options) => {
                    const { code, stdout, stderr } = await run(...options);
                    assert.equal(code, 0, `${options}: ${stdout}${stderr}`);
                    return JSON.parse(stdout);
                };
                const { prompts } = await said("--method", "prompts/list");
                assert.deepEqual(prompts.map((prompt) => prompt.name), PROMPTS[role]);
                const { resources } = await said("--method", "resources/list");
                assert.deepEqual(resources.map((resource) => resource.uri), RESOURCES[role]);
                const id = ["--prompt-args", "id=7"];
                const got = await said("--method", "prompts/get", "--prompt-name", "summarize_customer", ...id);
                assert.equal(got.messages.length, 1);
                const read = await said("--method", "resources/read", "--uri", "records://customers/7");
                assert.equal(JSON.parse(read.contents[0].text).customer.id, 7);
            });
        }

        test("for the analyst there is no delete_record, and the record stays", async (t) => {
            const records = new Records();
            const run = await connectAs(t, records, "analyst");
            const { code, stderr } = await run(...DELETE);
            // it calls nothing that it has not listed
            assert.notEqual(code, 0);
            assert.ok(stderr.includes("Tool 'delete_record' not found on server."), stderr);
            assert.equal(records.one("SELECT count(*) FROM customers WHERE id = 7"), 1);
        });

        test("the admin deletes and the record is gone", async (t) => {
            const records = new Records();
            const run = await connectAs(t, records, "admin");
            const { code, stderr } = await run(...DELETE);
            assert.equal(code, 0, stderr);
            assert.equal(records.one("SELECT count(*) FROM customers WHERE id = 7"), 0);
        });
    });
}

describe("inspector, refused", () => {
    const refused = async (served, ...options) => {
        const run = await inspect(served.records, ...options, "--stored-auth-only", "--method", "tools/list");
        assert.notEqual(run.code, 0);
        assert.equal(run.stdout, "");
        return run.stderr;
    };

    test("no key, a bad key, a revoked key", async (t) => {
        const served = await new Records().http(t);
        const { analyst } = served.keys;
        served.records.revoke(analyst);
        // a revoked key works for a second at most
        await new Promise((resolve) => setTimeout(resolve, 1500));
        for (const options of [
            [served.url, "--transport", "http"],
            withKey(served.url, `${served.keys.admin}x`),
            withKey(served.url, analyst),
        ]) {
            assert.match(await refused(served, ...options), /auth_required|401/);
        }
    });
});
