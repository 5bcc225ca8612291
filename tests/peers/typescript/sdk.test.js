// What each role sees, may do, and is told, through the official TypeScript clients, over HTTP and stdio.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import {
    ARGUMENTS,
    CALLS,
    CLIENTS,
    PROMPTS,
    Records,
    REPORT,
    RESOURCES,
    TEMPLATES,
    TOOLS,
    connectHttp,
    connectStdio,
    denial,
    failure,
    names,
} from "./support.js";

const REFUSED_KEY = "the credential is not valid";
const NO_KEY = "this server needs to know who is calling: send `Authorization: Bearer …`";

/** How a client gets to be somebody: as `role`, on either transport. */
const TRANSPORTS = {
    http: async (t, peer, role, statuses) => {
        const records = new Records();
        const served = await records.http(t);
        return [records, await connectHttp(t, peer, served.url, served.keys[role], statuses)];
    },
    stdio: async (t, peer, role) => {
        const records = new Records();
        return [records, await connectStdio(t, peer, records, records.stdio("--as", role))];
    },
};

for (const peer of CLIENTS) {
    for (const [transport, connectAs] of Object.entries(TRANSPORTS)) {
        describe(`${peer.name}, ${transport}`, () => {
            for (const role of Object.keys(TOOLS)) {
                test(`${role} sees exactly its tools`, async (t) => {
                    const [, client] = await connectAs(t, peer, role);
                    assert.equal(client.getServerVersion().name, "records");
                    if (client.getNegotiatedProtocolVersion) {
                        assert.equal(client.getNegotiatedProtocolVersion(), peer.protocol);
                    }
                    assert.deepEqual(names(await client.listTools()), TOOLS[role]);
                });

                test(`${role} can call what it sees and nothing else`, async (t) => {
                    const statuses = [];
                    const [, client] = await connectAs(t, peer, role, statuses);
                    for (const [name, [args, permission]] of Object.entries(CALLS)) {
                        const call = client.callTool({ name, arguments: args });
                        if (TOOLS[role].includes(name)) {
                            const result = await call;
                            assert.ok(!result.isError, `${name}: ${JSON.stringify(result.content)}`);
                        } else {
                            const { message } = await failure(call);
                            assert.ok(message.includes(denial(name, permission, role)), message);
                            if (transport === "http") assert.equal(statuses.at(-1), 403);
                        }
                    }
                });

                test(`${role} gets the prompts that it sees and no other`, async (t) => {
                    const [, client] = await connectAs(t, peer, role);
                    const { prompts } = await client.listPrompts();
                    assert.deepEqual(prompts.map((prompt) => prompt.name), PROMPTS[role]);
                    for (const [name, args] of Object.entries(ARGUMENTS)) {
                        const got = client.getPrompt({ name, arguments: args });
                        if (PROMPTS[role].includes(name)) {
                            assert.equal((await got).messages.length, 1);
                        } else {
                            assert.match((await failure(got)).message, /needs permission `run_reports`/);
                        }
                    }
                });

                test(`${role} reads the resources that it sees and no other`, async (t) => {
                    const [records, client] = await connectAs(t, peer, role);
                    const { resources } = await client.listResources();
                    assert.deepEqual(resources.map((resource) => resource.uri), RESOURCES[role]);
                    const { resourceTemplates } = await client.listResourceTemplates();
                    assert.deepEqual(resourceTemplates.map((template) => template.uriTemplate), TEMPLATES);
                    const { contents } = await client.readResource({ uri: "records://customers/7" });
                    const orders = records.one("SELECT count(*) FROM orders WHERE customer_id = 7");
                    assert.equal(JSON.parse(contents[0].text).orders.count, orders);
                    const report = client.readResource({ uri: REPORT });
                    if (RESOURCES[role].includes(REPORT)) {
                        assert.equal((await report).contents.length, 1);
                    } else {
                        assert.match((await failure(report)).message, /needs permission `run_reports`/);
                    }
                });
            }

            test("the answers are the database's", async (t) => {
                const [records, client] = await connectAs(t, peer, "readonly");
                const query = { name: "query_customer_data", arguments: { country: "DE", limit: 1 } };
                const page = await client.callTool(query);
                const total = records.one("SELECT count(*) FROM customers WHERE country = 'DE'");
                assert.ok(total > 0);
                assert.equal(page.structuredContent.total, total);
            });

            test("the analyst is told why and the record stays", async (t) => {
                const statuses = [];
                const [records, client] = await connectAs(t, peer, "analyst", statuses);
                const error = await failure(client.callTool({ name: "delete_record", arguments: { id: 7 } }));
                // what a person at the client reads
                assert.ok(
                    error.message.includes(
                        "tool `delete_record` needs permission `delete_data`, which role `analyst` does not have",
                    ),
                    error.message,
                );
                // the code of the error over stdio; the status over HTTP, where the SDKs disagree on the field
                assert.equal(error.status ?? error.code, 403);
                if (transport === "http") assert.equal(statuses.at(-1), 403);
                assert.match(records.log(), /decision="deny"/);
                assert.equal(records.one("SELECT count(*) FROM customers WHERE id = 7"), 1);
            });

            test("the admin deletes and the record is gone", async (t) => {
                const [records, client] = await connectAs(t, peer, "admin");
                const result = await client.callTool({ name: "delete_record", arguments: { id: 7 } });
                assert.ok(!result.isError);
                assert.equal(records.one("SELECT count(*) FROM customers WHERE id = 7"), 0);
                assert.equal(records.one("SELECT count(*) FROM customers"), 1999);
            });

            test("what a client says about itself gives it nothing", async (t) => {
                const [, client] = await connectAs(t, peer, "analyst");
                const call = { name: "delete_record", arguments: { id: 7 }, _meta: { role: "admin" } };
                const { message } = await failure(client.callTool(call));
                assert.ok(message.includes(denial("delete_record", "delete_data", "analyst")), message);
            });

            test("an unknown tool is a protocol error", async (t) => {
                const [, client] = await connectAs(t, peer, "admin");
                const { message } = await failure(client.callTool({ name: "delete_records", arguments: {} }));
                assert.ok(message.includes("unknown tool `delete_records`"), message);
            });
        });
    }

    describe(`${peer.name}, keys over HTTP`, () => {
        test("without a key nobody gets in", async (t) => {
            const served = await new Records().http(t);
            await assertRefused(t, peer, served, undefined, NO_KEY);
        });

        for (const [how, spoil] of Object.entries({
            "another secret": (key) => key.slice(0, -1) + (key.endsWith("a") ? "b" : "a"),
            "a longer one": (key) => `${key}x`,
            "a role": () => "admin",
        })) {
            test(`a bad key gets nobody in: ${how}`, async (t) => {
                const served = await new Records().http(t);
                await assertRefused(t, peer, served, spoil(served.keys.admin), REFUSED_KEY);
            });
        }

        test("a key revoked on the running server is refused, the others work", async (t) => {
            const served = await new Records().http(t);
            const { analyst, readonly } = served.keys;
            const statuses = [];
            const client = await connectHttp(t, peer, served.url, analyst, statuses);
            const other = await connectHttp(t, peer, served.url, readonly);
            assert.ok(!(await client.callTool({ name: "whoami", arguments: {} })).isError);
            served.records.revoke(analyst);
            const error = await refusedSoon(client);
            assert.equal(statuses.at(-1), 401);
            assert.ok(error.message.includes(REFUSED_KEY), error.message);
            assert.ok(!(await other.callTool({ name: "whoami", arguments: {} })).isError);
        });

        test("the configuration that the first start prints works", async (t) => {
            const served = await new Records().http(t);
            const { url, headers } = served.configuration.mcpServers.records;
            const key = headers.Authorization.replace("Bearer ", "");
            const [[role]] = Object.entries(served.keys).filter(([, shown]) => shown === key);
            const client = await connectHttp(t, peer, url, key);
            assert.deepEqual(names(await client.listTools()), TOOLS[role]);
        });
    });

    describe(`${peer.name}, keys over stdio`, () => {
        /** Command line and environment that show a key. */
        const ways = {
            "--key-env": (records, key) => [["--key-env", "RECORDS_KEY"], { RECORDS_KEY: key }],
            "--key-file": (records, key) => {
                const file = join(records.folder, "client.key");
                writeFileSync(file, `${key}\n`);
                return [["--key-file", file], {}];
            },
        };
        for (const [way, show] of Object.entries(ways)) {
            const connectWith = (t, records, key) => {
                const [options, env] = show(records, key);
                return connectStdio(t, peer, records, records.stdio("--keys", records.keyFile, ...options), env);
            };

            for (const role of Object.keys(TOOLS)) {
                test(`${way}: ${role} is the owner of the key`, async (t) => {
                    const records = new Records();
                    const key = records.keys("new", "--role", role, "--owner", "alice");
                    const client = await connectWith(t, records, key);
                    assert.deepEqual(names(await client.listTools()), TOOLS[role]);
                    const { structuredContent } = await client.callTool({ name: "whoami", arguments: {} });
                    assert.equal(structuredContent.subject, "alice");
                    assert.deepEqual(structuredContent.roles, [role]);
                });
            }

            test(`${way}: a key revoked meanwhile is refused`, async (t) => {
                const records = new Records();
                const key = records.keys("new", "--role", "admin", "--owner", "alice");
                const client = await connectWith(t, records, key);
                assert.ok(!(await client.callTool({ name: "whoami", arguments: {} })).isError);
                records.revoke(key);
                assert.equal((await refusedSoon(client)).code, 401);
                await failure(client.callTool({ name: "delete_record", arguments: { id: 7 } }));
                assert.equal(records.one("SELECT count(*) FROM customers WHERE id = 7"), 1);
            });
        }
    });
}

/** A client with this key does not even connect. */
async function assertRefused(t, peer, served, key, sentence) {
    const statuses = [];
    const error = await failure(connectHttp(t, peer, served.url, key, statuses));
    assert.deepEqual(new Set(statuses), new Set([401]));
    assert.equal(error.status ?? error.code, 401);
    // the 2.x client has words of its own while it negotiates, and keeps ours beside them
    const said = `${error.message} ${error.data?.text ?? ""}`;
    assert.ok(said.includes(sentence), said);
}

/** The promise is a second; a busy machine gets two more. */
async function refusedSoon(client) {
    const end = Date.now() + 3000;
    while (Date.now() < end) {
        try {
            await client.callTool({ name: "whoami", arguments: {} });
        } catch (error) {
            return error;
        }
        await sleep(20);
    }
    assert.fail("it still works");
}
