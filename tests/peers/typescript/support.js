// What the tests share: the server as built from this tree, and a database of its own for every test.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, copyFileSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

import * as v2 from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioClientTransportV2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioClientTransportV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as HttpClientTransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

// No test may wait longer than this for one answer.
export const PATIENCE = 30_000;

// What each role is promised. Written by hand: it is a second opinion on the policy.
export const TOOLS = {
    readonly: ["get_record", "query_customer_data", "search_records", "whoami"],
    analyst: ["get_record", "query_customer_data", "run_report", "search_records", "whoami"],
    admin: [
        "delete_record",
        "get_record",
        "query_customer_data",
        "run_report",
        "search_records",
        "whoami",
        "write_record",
    ],
};

// A call of each tool that succeeds where it is allowed, with what it needs.
export const CALLS = {
    delete_record: [{ id: 9 }, "delete_data"],
    get_record: [{ id: 7 }, "read_data"],
    query_customer_data: [{ country: "DE", limit: 3 }, "read_data"],
    run_report: [{ kind: "revenue_by_segment" }, "run_reports"],
    search_records: [{ text: "Berlin" }, "read_data"],
    whoami: [{}, undefined],
    write_record: [{ id: 8, city: "Bonn" }, "write_data"],
};

// The same for prompts, with the arguments that each takes, and for resources.
export const PROMPTS = {
    readonly: ["summarize_customer"],
    analyst: ["review_revenue", "summarize_customer"],
    admin: ["review_revenue", "summarize_customer"],
};
export const ARGUMENTS = { review_revenue: {}, summarize_customer: { id: "7" } };
export const REPORT = "records://reports/revenue_by_segment";
export const RESOURCES = {
    readonly: ["records://schema"],
    analyst: [REPORT, "records://schema"],
    admin: [REPORT, "records://schema"],
};
export const TEMPLATES = ["records://customers/{id}"];

export const denial = (tool, permission, role) =>
    `tool \`${tool}\` needs permission \`${permission}\`, which role \`${role}\` does not have`;

// The SDKs check results with a validator that tells about integer formats it does not know, at every connection.
const warn = console.warn;
console.warn = (...words) => {
    if (!String(words[0]).startsWith('unknown format "uint')) warn(...words);
};

/** The server of this tree: a test must not pass on what was built yesterday. */
const binary = (() => {
    const build = ["build", "--quiet", "--locked", "-p", "records", "--message-format", "json-render-diagnostics"];
    const output = execFileSync("cargo", build, {
        cwd: ROOT,
        encoding: "utf8",
        maxBuffer: 2 ** 28,
        stdio: ["ignore", "pipe", "inherit"],
    });
    const artifacts = output.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    const [executable] = artifacts.map((artifact) => artifact.executable).filter(Boolean);
    return executable;
})();

const scratch = mkdtempSync(join(tmpdir(), "records-peers-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** The database after a first start. */
const filled = (() => {
    const database = join(scratch, "records.db");
    try {
        // a client that hangs up before it says a word
        const command = ["--data", database, "serve", "--stdio", "--as", "readonly"];
        execFileSync(binary, command, { input: "", stdio: "pipe" });
    } catch {
        // how that ends is the business of other tests
    }
    return database;
})();

/** The records server with a database that no other test touches. */
export class Records {
    constructor() {
        this.folder = mkdtempSync(join(scratch, "test-"));
        this.database = join(this.folder, "records.db");
        this.keyFile = join(this.folder, "keys.toml");
        copyFileSync(filled, this.database);
        this.logFile = join(this.folder, "log.txt");
    }

    /** Program and arguments. */
    command(...options) {
        return [binary, "--data", this.database, ...options];
    }

    stdio(...options) {
        return this.command("serve", "--stdio", ...options);
    }

    /** What the server wrote to standard error. */
    log() {
        return readFileSync(this.logFile, "utf8");
    }

    /** What `keys …` prints. */
    keys(...options) {
        const command = ["keys", "--keys", this.keyFile, ...options];
        return execFileSync(binary, command, { encoding: "utf8", stdio: "pipe" }).trim();
    }

    /** Takes a key back, as an operator does beside the running server. */
    revoke(key) {
        this.keys("revoke", key.slice("mcprbac_".length, "mcprbac_".length + 12));
    }

    /** What SQLite itself says, without the server: the only value of a query. Node 20 has no SQLite, Python has. */
    one(sql) {
        const program =
            "import sqlite3, sys; [[value]] = sqlite3.connect(sys.argv[1]).execute(sys.argv[2]); print(value)";
        const python = process.env.PYTHON || "python3";
        return Number(execFileSync(python, ["-c", program, this.database, sql], { encoding: "utf8" }));
    }

    /** What `audit …` prints. */
    audit(...options) {
        return execFileSync(binary, ["audit", ...options], { cwd: this.folder, encoding: "utf8", stdio: "pipe" });
    }

    /** The server on HTTP, at a free port of this machine; `t` ends it. */
    async http(t, ...more) {
        const log = openSync(this.logFile, "a");
        const [program, ...options] = this.command("serve", "--http", "127.0.0.1:0", "--keys", this.keyFile, ...more);
        const server = spawn(program, options, { stdio: ["ignore", "pipe", log] });
        closeSync(log);
        const ended = once(server, "exit");
        t.after(async () => {
            server.kill();
            await ended;
        });
        const said = [];
        for await (const line of createInterface(server.stdout)) {
            said.push(line);
            if (line === "}") return new Served(this, said);
        }
        throw new Error(`it does not serve: ${this.log()}`);
    }
}

/** A server on HTTP, and what it said when it began. */
class Served {
    constructor(records, said) {
        this.records = records;
        this.configuration = JSON.parse(said.slice(said.indexOf("{")).join("\n"));
        this.url = this.configuration.mcpServers.records.url;
        /** The keys that the first start shows, by role. */
        this.keys = Object.fromEntries(
            said
                .map((line) => line.trim().split(/ +/))
                .filter((words) => words.length === 2 && words[1].startsWith("mcprbac_")),
        );
    }
}

const NAME = { name: "records-peers", version: "0" };

/** Every official client, with each generation of the protocol that it speaks. */
export const CLIENTS = [
    {
        name: "client 2.x, protocol 2026-07-28",
        protocol: "2026-07-28",
        client: () => new v2.Client(NAME, { versionNegotiation: { mode: "auto" } }),
        Http: v2.StreamableHTTPClientTransport,
        Stdio: StdioClientTransportV2,
    },
    {
        name: "client 2.x, protocol 2025-11-25",
        protocol: "2025-11-25",
        client: () => new v2.Client(NAME),
        Http: v2.StreamableHTTPClientTransport,
        Stdio: StdioClientTransportV2,
    },
    {
        name: "sdk 1.x, protocol 2025-11-25",
        protocol: "2025-11-25",
        client: () => new ClientV1(NAME),
        Http: HttpClientTransportV1,
        Stdio: StdioClientTransportV1,
    },
];

/** A client that is connected over HTTP; it closes with the test. Notes the status of every answer. */
export async function connectHttp(t, peer, url, key, statuses = []) {
    const noting = async (...request) => {
        const response = await fetch(...request);
        statuses.push(response.status);
        return response;
    };
    const headers = key === undefined ? {} : { Authorization: `Bearer ${key}` };
    return connect(t, peer, new peer.Http(new URL(url), { requestInit: { headers }, fetch: noting }));
}

/** A client at the other end of a server that it has started; it closes with the test. */
export async function connectStdio(t, peer, records, command, env = {}) {
    const log = openSync(records.logFile, "a");
    t.after(() => closeSync(log));
    const [program, ...args] = command;
    return connect(t, peer, new peer.Stdio({ command: program, args, env, stderr: log }));
}

async function connect(t, peer, transport) {
    const client = peer.client();
    t.after(() => client.close());
    await client.connect(transport, { timeout: PATIENCE });
    return client;
}

export const names = (listed) => listed.tools.map((tool) => tool.name);

/** The error of a promise that must fail. */
export async function failure(promise) {
    try {
        await promise;
    } catch (error) {
        return error;
    }
    assert.fail("it succeeded");
}
